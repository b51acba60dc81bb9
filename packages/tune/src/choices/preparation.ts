import { type Bundle, Encoder, type StaticModel, withSingularWords } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import type { Catalogue } from '../catalogue.js';
import { judgeVectors } from '../judge-vectors.js';
import type { JudgedSet } from '../judged.js';

/** How texts are prepared for a static model, chosen before it is trained. */
export interface Preparation {
  documentFields: string[];
  tokenizerJson: string;
}

/** As the bundle has it. */
export const preparationOf = ({ preprocessing, tokenizer }: Bundle): Preparation => ({
  documentFields: preprocessing.documentFields,
  tokenizerJson: tokenizer.json,
});

interface Candidate extends Preparation {
  name: string;
}

function candidates(bundle: Bundle, catalogue: Catalogue): Candidate[] {
  const filled = catalogue.filledFields();
  const fieldSets = filled.length > 1 ? [filled, filled.slice(0, 1)] : [filled];
  const plain = bundle.tokenizer.json;
  return fieldSets.flatMap((documentFields) => [
    { name: `${documentFields.join(' + ')}, words as they are`, documentFields, tokenizerJson: plain },
    {
      name: `${documentFields.join(' + ')}, plurals as singulars`,
      documentFields,
      tokenizerJson: withSingularWords(plain),
    },
  ]);
}

/**
 * Which fields make up a document's text, and whether plurals are read as singulars: what the untuned base likes best on the
 * choosing queries. It costs a pass over the catalogue for each candidate, and no training.
 */
export async function choosePreparation(
  bundle: Bundle & { model: StaticModel },
  catalogue: Catalogue,
  choosing: JudgedSet,
  signal?: AbortSignal,
): Promise<{ preparation: Preparation; choice: Choice }> {
  const tried: Choice['tried'] = [];
  let best: { candidate: Candidate; score: number } | undefined;
  for (const candidate of candidates(bundle, catalogue)) {
    const encoder = Encoder.fromTable({
      table: bundle.model.table,
      dim: bundle.model.dim,
      tokenizer: candidate.tokenizerJson,
      preprocessing: { ...bundle.preprocessing, documentFields: candidate.documentFields },
    });
    const documents = await encoder.encodeDocuments(catalogue.texts(candidate.documentFields), { signal });
    const queries = await encoder.encodeQueries(
      choosing.queries.map(({ text }) => text),
      { signal },
    );
    const score = await judgeVectors({ documents, queries, dim: encoder.dim }, choosing, catalogue, signal);
    tried.push({ name: candidate.name, value: score });
    if (best === undefined || score > best.score) best = { candidate, score };
  }
  const { name, documentFields, tokenizerJson } = best!.candidate;
  return {
    preparation: { documentFields, tokenizerJson },
    choice: {
      what: 'preparation of texts',
      chosen: name,
      metric: 'ndcg@10',
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried,
    },
  };
}
