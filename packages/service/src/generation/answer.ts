import type { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { FusionWeight, RankedRows } from '@attune/search';
import type { PlainError, SearchBatch, SearchReply } from './messages.js';
import { denseAnswers, fusedAnswers, lexicalAnswers, modified } from './rank.js';
import type { View } from './view.js';

/** Documents that each part of a fusion, or a modifier, looks at: as the experiments did. */
export const leastDepth = 200;

/** Depths that are searched together, so that one deep page does not make a whole batch deep. */
const depthSteps = [256, 2048];

/** Searches of one batch that want the same thing, and so are one search of the core. */
export interface SearchGroup {
  /** Places in the batch. */
  members: number[];
  /** Rows wanted for each of the members before the page is cut. */
  depths: number[];
  /** Rows of each answer, from its best, that decide its page. */
  pages: number[];
  texts: string[];
  /** float32, [members, dim]; undefined for a search by words alone */
  queries: Float32Array | undefined;
}

/** Answers every search of a batch from one view. A wrong search fails alone. */
export async function answerBatch(
  view: View,
  encoder: Encoder,
  fusionWeight: FusionWeight,
  batch: SearchBatch,
): Promise<SearchReply[]> {
  const { dim } = encoder;
  const encoded = await encodeTexts(encoder, batch);
  const replies = new Array<SearchReply>(batch.texts.length);
  const groups = groupsOf(batch, encoded, dim);
  await Promise.all(
    groups.map(async (group) => {
      try {
        const answers = await answersOf(view, batch, group, { dim, fusionWeight });
        for (const [i, member] of group.members.entries())
          replies[member] = reply(view, batch, member, answers[i]!);
      } catch (error) {
        for (const member of group.members) replies[member] = plainError(error);
      }
    }),
  );
  return replies;
}

interface Encoded {
  /** float32, [texts that needed it, dim] */
  vectors: Float32Array;
  /** [searches], place in `vectors`; -1 */
  placeOf: Int32Array;
}

/** One call of the encoder for all texts of the batch that need a vector. */
async function encodeTexts(encoder: Encoder, batch: SearchBatch): Promise<Encoded> {
  const placeOf = new Int32Array(batch.texts.length).fill(-1);
  const texts: string[] = [];
  for (const [i, text] of batch.texts.entries()) {
    const { mode } = batch.specs[batch.specOf[i]!]!;
    if (mode !== 'lexical' && batch.vectorOf[i]! < 0) placeOf[i] = texts.push(text) - 1;
  }
  const vectors = texts.length > 0 ? await encoder.encodeQueries(texts) : new Float32Array(0);
  return { vectors, placeOf };
}

function groupsOf(batch: SearchBatch, encoded: Encoded, dim: number): SearchGroup[] {
  const groups = new Map<number, SearchGroup>();
  for (const [i, spec] of batch.specOf.entries()) {
    const { mode, modifiers } = batch.specs[spec]!;
    const page = batch.offsets[i]! + batch.limits[i]!;
    const depth = mode === 'hybrid' || modifiers !== undefined ? Math.max(leastDepth, page) : page;
    const step = depthSteps.filter((each) => depth > each).length;
    const key = spec * (depthSteps.length + 1) + step;
    let group = groups.get(key);
    if (group === undefined) {
      group = { members: [], depths: [], pages: [], texts: [], queries: undefined };
      groups.set(key, group);
    }
    group.members.push(i);
    group.depths.push(depth);
    // A modifier may lift any row that was found.
    group.pages.push(modifiers === undefined ? page : depth);
    group.texts.push(batch.texts[i]!);
  }
  for (const group of groups.values()) {
    if (batch.specs[batch.specOf[group.members[0]!]!]!.mode === 'lexical') continue;
    const queries = new Float32Array(group.members.length * dim);
    for (const [place, member] of group.members.entries()) {
      const given = batch.vectorOf[member]!;
      const from = given >= 0 ? batch.vectors : encoded.vectors;
      const row = given >= 0 ? given : encoded.placeOf[member]!;
      queries.set(from.subarray(row * dim, (row + 1) * dim), place * dim);
    }
    group.queries = queries;
  }
  return [...groups.values()];
}

async function answersOf(
  view: View,
  batch: SearchBatch,
  group: SearchGroup,
  { dim, fusionWeight }: { dim: number; fusionWeight: FusionWeight },
): Promise<RankedRows[]> {
  const { mode, filter, modifiers } = batch.specs[batch.specOf[group.members[0]!]!]!;
  view.checkFields(filter, modifiers);
  const lexical = mode === 'vector' ? undefined : lexicalAnswers(view, group, filter);
  const dense = mode === 'lexical' ? undefined : await denseAnswers(view, group, filter);
  const found =
    dense && lexical
      ? await fusedAnswers(view, group, { dense, lexical, weight: fusionWeight, dim })
      : (dense ?? lexical)!;
  return modifiers ? found.map((each) => modified(view, each, modifiers)) : found;
}

function reply(view: View, batch: SearchBatch, member: number, { rows, scores }: RankedRows): SearchReply {
  const offset = batch.offsets[member]!;
  const end = Math.min(rows.length, offset + batch.limits[member]!);
  const hits: string[] = [];
  const ids: string[] | undefined = batch.recorded[member] ? [] : undefined;
  for (let i = offset; i < end; ++i) {
    const row = rows[i]!;
    hits.push(`{"score":${jsonNumber(scores[i]!)},${view.body(row)}`);
    ids?.push(view.id(row));
  }
  return { hitsJson: `[${hits.join(',')}]`, count: hits.length, ids };
}

const largest = 3.4028234663852886e38;

/** JSON has no infinity, which a modifier can make of a score. */
function jsonNumber(score: number): number {
  return Math.min(Math.max(score, -largest), largest);
}

export function plainError(error: unknown): PlainError {
  if (error instanceof AttuneError) return { code: error.code, message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}
