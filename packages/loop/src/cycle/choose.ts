import type { Dataset } from '@attune/data';
import { type Encoder, recordSearch } from '@attune/encode';
import { canonicalJson } from '@attune/files';
import type { LexicalSettings } from '@attune/search';
import { type CatalogueVectors, embedCatalogue, judgedSets, rechooseLexical, Searcher } from '@attune/tune';
import { choosingSet } from '../feedback/choosing-set.js';
import { readCandidateVectors, writeCandidateVectors } from './candidate-vectors.js';
import type { Collected, EmbeddedSearcher } from './collect.js';
import type { Cycle } from './cycle.js';

/** Encodes the catalogue with the candidate, and chooses how words count beside it, which its bundle carries from then on. */
export async function choose(
  cycle: Cycle,
  { catalogue, documents, serving, learning }: Collected,
  { encoder, dataset }: { encoder: Encoder; dataset: Dataset },
): Promise<EmbeddedSearcher> {
  const { options, finished, record } = cycle;
  const { signal } = options;
  cycle.begin('choose', 'encoding the catalogue with the candidate');
  const kept = await readCandidateVectors(finished.folder, encoder.fingerprint);
  const vectors: CatalogueVectors = await embedCatalogue(encoder, catalogue, {
    known: kept && new Map(kept.vectors.map(({ id, vector }) => [id, vector])),
    signal,
  });
  if (kept === undefined) await writeCandidateVectors(finished.folder, { encoder, documents, vectors });
  record.encoded.candidate = kept?.encoded ?? vectors.encoded;

  cycle.begin('choose', 'how words count beside the candidate');
  const lexical = await finished.run('lexical', async () => {
    const choosing = choosingSet(learning.choosing, judgedSets(dataset).choosing);
    const texts = choosing.queries.map(({ text }) => text);
    return rechooseLexical({
      catalogue,
      choosing,
      documents: vectors,
      queries: await encoder.encodeQueries(texts, { signal }),
      serving: options.serving.lexical,
      given: options.serving.givenLexical,
      signal,
    });
  });
  await recordSearch(options.candidate, lexical);
  record.lexical = lexical;
  record.candidate = {
    bundle: options.candidate,
    fingerprint: encoder.fingerprint,
    lexical: lexical.settings,
  };

  cycle.begin('choose', 'indexing the words');
  const searcher = Searcher.over(catalogue, {
    encoder,
    vectors,
    words: haveSameWords(options.serving.lexical, lexical.settings)
      ? serving.searcher.view.base.words
      : undefined,
    lexical: lexical.settings,
  });
  return { searcher, vectors };
}

const haveSameWords = (one: LexicalSettings, other: LexicalSettings) =>
  canonicalJson({ ...one, fusionWeight: 0 }) === canonicalJson({ ...other, fusionWeight: 0 });
