import type { Encoder } from '@attune/encode';
import { type Filter, LexicalIndex, type RankedRows, rankedRowsOf, weightedFusion } from '@attune/search';
import { fusionDepth } from '../answers.js';
import type { Catalogue } from '../catalogue.js';
import type { LexicalSettings } from '../collection-files.js';
import { type EncodedCatalogue, encodeCatalogue } from '../vectors.js';

/** A model with its way of counting words, over one catalogue: what a promotion replaces as a whole. */
export interface Release {
  encoded: EncodedCatalogue;
  words: LexicalIndex;
  lexical: LexicalSettings;
}

export interface AskedText {
  text: string;
  filter?: Filter | undefined;
}

export async function buildRelease(
  encoder: Encoder,
  lexical: LexicalSettings,
  catalogue: Catalogue,
  options: { words?: LexicalIndex | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Release> {
  const encoded = await encodeCatalogue(encoder, catalogue, { signal: options.signal });
  return { encoded, words: options.words ?? wordsOf(lexical, catalogue), lexical };
}

export function wordsOf({ analyser, k1, b, fields }: LexicalSettings, catalogue: Catalogue): LexicalIndex {
  return LexicalIndex.build({ texts: catalogue.texts(fields), analyser, k1, b });
}

/** The answers of the release, exact and fused as it serves them, best first. */
export async function releaseAnswers(
  release: Release,
  catalogue: Catalogue,
  queries: readonly AskedText[],
  { depth, signal }: { depth: number; signal?: AbortSignal | undefined },
): Promise<RankedRows[]> {
  const { encoded, words, lexical } = release;
  const k = Math.max(depth, fusionDepth);
  const texts = queries.map(({ text }) => text);
  const vectors = await encoded.encoder.encodeQueries(texts, { signal });
  const { dim } = encoded.encoder;
  const groups = new Map<string, number[]>();
  queries.forEach(({ filter }, i) => {
    const key = JSON.stringify(filter ?? null);
    const members = groups.get(key);
    if (members) members.push(i);
    else groups.set(key, [i]);
  });
  const answers = new Array<RankedRows>(queries.length);
  for (const members of groups.values()) {
    const { filter } = queries[members[0]!]!;
    const allowed = filter === undefined ? undefined : catalogue.attributes.compile(filter);
    const asked = new Float32Array(members.length * dim);
    members.forEach((i, place) => {
      asked.set(vectors.subarray(i * dim, (i + 1) * dim), place * dim);
    });
    const dense = await encoded.index.search(asked, { k, allowed, signal });
    const byWords = words.searchBatch(
      members.map((i) => ({ text: texts[i]!, allowed })),
      { k },
    );
    members.forEach((i, place) => {
      answers[i] = weightedFusion(
        {
          dense: rankedRowsOf(dense, place),
          lexical: rankedRowsOf(byWords, place),
          lexicalScoresOf: (rows) => words.scoresOf(texts[i]!, rows),
        },
        { weight: lexical.fusionWeight, limit: depth },
      );
    });
  }
  return answers;
}
