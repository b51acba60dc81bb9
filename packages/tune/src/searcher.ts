import type { Encoder } from '@attune/encode';
import type { LexicalIndex } from '@attune/indexes';
import type { Filter, ScoreModifiers } from '@attune/schema';
import {
  type Answer,
  answerQueries,
  answersByWeight,
  type FusionWeight,
  type LexicalSettings,
  type RankedRows,
  type SearchMode,
  type SearchSpec,
  type View,
  type ViewQuery,
} from '@attune/search';
import type { Catalogue } from './catalogue.js';
import type { CatalogueVectors } from './embed-catalogue.js';

/** What a person asks for. */
export interface AskedQuery {
  text: string;
  filter?: Filter | undefined;
  modifiers?: ScoreModifiers | undefined;
}

export interface AskOptions {
  /** Documents wanted of each query, or of each its own number. */
  limit: number | readonly number[];
  /** float32, [queries, dim], where the queries were encoded before. */
  vectors?: Float32Array | undefined;
  signal?: AbortSignal | undefined;
}

/** A model with the documents that it made a view of: texts in, rows out, as a server answers with that model and these settings. */
export class Searcher {
  readonly encoder: Encoder;
  readonly view: View;
  readonly lexical: LexicalSettings;

  constructor({ encoder, view, lexical }: { encoder: Encoder; view: View; lexical: LexicalSettings }) {
    this.encoder = encoder;
    this.view = view;
    this.lexical = lexical;
  }

  /**
   * Over a catalogue.
   *
   * @param parts.vectors  the catalogue's, by the encoder
   * @param parts.words    the catalogue's; where they are not made yet, as `lexical` says
   */
  static over(
    catalogue: Catalogue,
    parts: {
      encoder: Encoder;
      vectors: CatalogueVectors;
      lexical: LexicalSettings;
      words?: LexicalIndex | undefined;
    },
  ): Searcher {
    const { encoder, vectors, lexical, words = catalogue.words(lexical) } = parts;
    const view = catalogue.view({ vectors: vectors.index, embedded: vectors.embedded, words });
    return new Searcher({ encoder, view, lexical });
  }

  /** @returns float32, [queries, dim] */
  encode(queries: readonly AskedQuery[], { signal }: { signal?: AbortSignal | undefined } = {}) {
    return this.encoder.encodeQueries(
      queries.map(({ text }) => text),
      { signal },
    );
  }

  /** The best of each query. By vectors, by words, or both fused unless `mode` says otherwise. */
  async search(
    queries: readonly AskedQuery[],
    { mode = 'hybrid', limit, vectors, signal }: AskOptions & { mode?: SearchMode | undefined },
  ): Promise<RankedRows[]> {
    const encoded = mode === 'lexical' ? undefined : (vectors ?? (await this.encode(queries, { signal })));
    const asked = viewQueries(queries, { mode, limit, vectors: encoded });
    return found(await answerQueries(this.view, asked, { fusionWeight: this.lexical.fusionWeight, signal }));
  }
}

/** The best of each query by words alone, of a view that may have nothing else. */
export async function searchByWords(
  view: View,
  queries: readonly AskedQuery[],
  { limit, signal }: Omit<AskOptions, 'vectors'>,
): Promise<RankedRows[]> {
  const asked = viewQueries(queries, { mode: 'lexical', limit });
  return found(await answerQueries(view, asked, { fusionWeight: 'lexicalOnly', signal }));
}

/** The best of each query by vectors alone, of a view that may have nothing else. */
export async function searchByVectors(
  view: View,
  queries: readonly AskedQuery[],
  { limit, vectors, signal }: AskOptions & { vectors: Float32Array },
): Promise<RankedRows[]> {
  const asked = viewQueries(queries, { mode: 'vector', limit, vectors });
  return found(await answerQueries(view, asked, { fusionWeight: 0, signal }));
}

/**
 * The best of each query, by words and vectors fused by each weight: what a `Searcher` with it would give.
 *
 * @returns [weights][queries]
 */
export function searchByWeights(
  view: View,
  queries: readonly AskedQuery[],
  fusionWeights: readonly FusionWeight[],
  { limit, vectors, signal }: AskOptions & { vectors: Float32Array },
): Promise<RankedRows[][]> {
  const asked = viewQueries(queries, { mode: 'hybrid', limit, vectors });
  return answersByWeight(view, asked, { fusionWeights, signal });
}

function viewQueries(
  queries: readonly AskedQuery[],
  {
    mode,
    limit,
    vectors,
  }: { mode: SearchMode; limit: AskOptions['limit']; vectors?: Float32Array | undefined },
): ViewQuery[] {
  const dim = vectors === undefined ? 0 : vectors.length / queries.length;
  // Queries of one filter object are recognised as such without a look into it.
  const plain: SearchSpec = { mode };
  return queries.map(({ text, filter, modifiers }, i) => ({
    spec: filter || modifiers ? { mode, filter, modifiers } : plain,
    text,
    vector: vectors?.subarray(i * dim, (i + 1) * dim),
    limit: typeof limit === 'number' ? limit : limit[i]!,
  }));
}

/** @throws what the first query that failed failed with */
function found(answers: readonly Answer[]): RankedRows[] {
  return answers.map((answer) => {
    if ('error' in answer) throw answer.error;
    return answer;
  });
}
