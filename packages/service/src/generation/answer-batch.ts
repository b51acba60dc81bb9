import type { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { answerQueries, type FusionWeight, type RankedRows, type View, type ViewQuery } from '@attune/search';
import type { PlainError, SearchBatch, SearchReply } from './messages.js';

/** Answers every search of a batch from one view. A wrong search fails alone. */
export async function answerBatch(
  view: View,
  encoder: Encoder,
  fusionWeight: FusionWeight,
  batch: SearchBatch,
): Promise<SearchReply[]> {
  const vectorOf = await vectorsOf(encoder, batch);
  const queries = batch.texts.map(
    (text, i): ViewQuery => ({
      spec: batch.specs[batch.specOf[i]!]!,
      text,
      vector: vectorOf(i),
      offset: batch.offsets[i]!,
      limit: batch.limits[i]!,
    }),
  );
  const answers = await answerQueries(view, queries, { fusionWeight });
  return answers.map((answer, i) =>
    'error' in answer ? plainError(answer.error) : reply(view, answer, batch.recorded[i]!),
  );
}

/** One call of the encoder for all texts of the batch that need a vector. */
async function vectorsOf(
  encoder: Encoder,
  batch: SearchBatch,
): Promise<(search: number) => Float32Array | undefined> {
  const { dim } = encoder;
  const placeOf = new Int32Array(batch.texts.length).fill(-1);
  const texts: string[] = [];
  for (const [i, text] of batch.texts.entries()) {
    const { mode } = batch.specs[batch.specOf[i]!]!;
    if (mode !== 'lexical' && batch.vectorOf[i]! < 0) placeOf[i] = texts.push(text) - 1;
  }
  const encoded = texts.length > 0 ? await encoder.encodeQueries(texts) : new Float32Array(0);
  return (i) => {
    const given = batch.vectorOf[i]!;
    const [from, row] = given >= 0 ? [batch.vectors, given] : [encoded, placeOf[i]!];
    return row < 0 ? undefined : from.subarray(row * dim, (row + 1) * dim);
  };
}

function reply(view: View, { rows, scores }: RankedRows, isRecorded: boolean): SearchReply {
  const hits: string[] = [];
  const ids: string[] | undefined = isRecorded ? [] : undefined;
  for (const [i, row] of rows.entries()) {
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
