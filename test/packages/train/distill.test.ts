import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import {
  type DistillPhase,
  type DistillResult,
  distillEncoder,
  isLatinToken,
  textVectors,
  tokenVectors,
} from '@attune/train';
import { beforeAll, describe, expect, it } from 'vitest';
import { nearestOrthogonal } from '../../../packages/train/src/orthogonal-map.js';
import { hasShared, sharedDir } from '../../shared-data.js';
import { randomWeights, temporaryFolder, transformerFiles, writeFiles } from '../encode/tiny-models.js';

/** Texts of one to four words in an order that is the same in every run. */
function madeTexts(count: number): string[] {
  const words = ['desk', 'lamp', 'oak', 'table', 'red', 'blue', 'desks', '4', '2', 'search'];
  const numbers = randomWeights(count * 4, 5);
  const word = (i: number) => words[Math.floor(((numbers[i]! + 1) / 2) * words.length)]!;
  const texts = Array.from({ length: count }, (_, t) =>
    Array.from({ length: 1 + (t % 4) }, (_, i) => word(t * 4 + i)).join(' '),
  );
  return [...new Set(texts)];
}

const encoderOf = ({ table, dim, tokenizerJson }: DistillResult) =>
  Encoder.fromTable({ table, dim, tokenizer: tokenizerJson });

function cosineOfRows(a: Float32Array, b: Float32Array, dim: number, i: number, j: number): number {
  let product = 0;
  let lengths = [0, 0];
  for (let k = 0; k < dim; k++) {
    const [left, right] = [a[i * dim + k]!, b[j * dim + k]!];
    product += left * right;
    lengths = [lengths[0]! + left * left, lengths[1]! + right * right];
  }
  return product / Math.sqrt(lengths[0]! * lengths[1]!);
}

/** Pearson's correlation, over pairs of texts, of the teacher's cosines with the table's. */
async function agreement(teacher: Encoder, student: Encoder, texts: readonly string[]): Promise<number> {
  const [theirs, ours] = [await teacher.encodeDocuments(texts), await student.encodeDocuments(texts)];
  const pairs: [number, number][] = [];
  for (let i = 0; i < texts.length; i++) {
    for (let j = 0; j < i; j++) {
      pairs.push([
        cosineOfRows(theirs, theirs, teacher.dim, i, j),
        cosineOfRows(ours, ours, student.dim, i, j),
      ]);
    }
  }
  const mean = (of: (pair: [number, number]) => number) =>
    pairs.reduce((s, p) => s + of(p), 0) / pairs.length;
  const [a, b] = [mean(([x]) => x), mean(([, y]) => y)];
  const covariance = mean(([x, y]) => (x - a) * (y - b));
  return covariance / Math.sqrt(mean(([x]) => (x - a) ** 2) * mean(([, y]) => (y - b) ** 2));
}

describe('distillation of a tiny transformer', () => {
  const texts = madeTexts(600);
  let teacher: Encoder;
  beforeAll(async () => {
    teacher = await Encoder.load(await writeFiles(await temporaryFolder(), transformerFiles()));
  });

  it('brings texts nearer to the teacher than the rotated table of its tokens is', async () => {
    const phases = new Set<DistillPhase>();
    const result = await distillEncoder({
      teacher,
      texts,
      dim: 6,
      recipe: { epochs: 20, batch: 64 },
      onProgress: ({ phase, done, total }) => {
        expect(done).toBeLessThanOrEqual(total);
        phases.add(phase);
      },
    });
    expect(result.table).toHaveLength(16 * 6);
    expect(result.losses).toHaveLength(20);
    expect(result.losses.at(-1)!).toBeLessThan(result.initialLoss! * 0.9);
    expect([...phases]).toEqual(['tokens', 'texts', 'targets', 'regression']);
  });

  it('gives the same bits again, and takes texts from an asynchronous source', async () => {
    async function* streamed() {
      yield* texts;
    }
    const first = await distillEncoder({ teacher, texts, dim: 6, seed: 3 });
    const again = await distillEncoder({ teacher, texts: streamed(), dim: 6, seed: 3 });
    const other = await distillEncoder({ teacher, texts, dim: 6, seed: 4 });
    expect(again).toEqual(first);
    expect(other.table).not.toEqual(first.table);
  });

  it('learns from fewer texts than dimensions', async () => {
    const result = await distillEncoder({ teacher, texts: ['desk lamp', 'oak table', 'red'], dim: 8 });
    expect(result.table.every(Number.isFinite)).toBe(true);
  });

  it('without texts knows its tokens alone', async () => {
    const result = await distillEncoder({ teacher, dim: 6 });
    expect(result).toMatchObject({ losses: [], initialLoss: undefined, recipe: undefined });
    // The row of id 0 weighs log(1) = 0.
    expect(result.table.subarray(0, 6).every((value) => value === 0)).toBe(true);
    const vectors = await encoderOf(result).encodeQueries(['desk', 'lamp']);
    expect(cosineOfRows(vectors, vectors, 6, 0, 0)).toBeCloseTo(1, 5);
  });

  it('leaves out the tokens that are refused, and splits digits from letters', async () => {
    const result = await distillEncoder({ teacher, dim: 6, keepToken: (token) => token !== 'oak' });
    const { tokenizer } = encoderOf(result);
    expect(result.table).toHaveLength(15 * 6);
    expect(tokenizer.tokenToId('oak')).toBe(-1);
    const { ids } = await tokenizer.tokenize(['desk2lamp oak']);
    expect([...ids].map((id) => tokenizer.idToToken(id))).toEqual(['desk', '2', 'lamp', '[UNK]']);
  });

  it('takes a vocabulary of its own, of which each row is what the teacher says of a text', async () => {
    const rows = ['', 'desk lamp', 'desk', 'lamp'];
    const model = {
      type: 'WordLevel',
      unk_token: '[UNK]',
      vocab: { '[UNK]': 0, 'desk lamp': 1, desk: 2, lamp: 3 },
    };
    const vocabulary = { json: JSON.stringify({ version: '1.0', model }), texts: rows };
    const result = await distillEncoder({ teacher, dim: 6, vocabulary });
    expect(result.table).toHaveLength(rows.length * 6);
    expect(result.table.subarray(0, 6).every((value) => value === 0)).toBe(true);
    const { ids } = await encoderOf(result).tokenizer.tokenize(['desk lamp', 'lamp', 'oak']);
    expect([...ids]).toEqual([1, 3, 0]);
    // Two rows lie to each other as the teacher's vectors do, less the mean of all.
    const vectors = await teacher.encodeDocuments(rows);
    const centred = vectors.map(
      (value, i) =>
        value -
        rows.reduce((sum, _, row) => sum + vectors[row * teacher.dim + (i % teacher.dim)]!, 0) / rows.length,
    );
    const theirs = cosineOfRows(centred, centred, teacher.dim, 2, 3);
    expect(cosineOfRows(result.table, result.table, 6, 2, 3)).toBeCloseTo(theirs, 4);
    const short = { ...vocabulary, texts: rows.slice(1) };
    await expect(distillEncoder({ teacher, dim: 6, texts, vocabulary: short })).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
    });
  });

  it('encodes each token alone between the special tokens', async () => {
    const alone = await tokenVectors(teacher, Int32Array.of(5, 4));
    expect(alone).toEqual(await textVectors(teacher, ['lamp', 'desk']));
  });

  it('stops when it is cancelled, whatever it does', async () => {
    for (const phase of ['tokens', 'texts', 'regression'] as const) {
      const controller = new AbortController();
      const work = distillEncoder({
        teacher,
        texts,
        dim: 6,
        recipe: { epochs: 2000 },
        signal: controller.signal,
        onProgress: (progress) => progress.phase === phase && controller.abort(),
      });
      await expect(work, phase).rejects.toMatchObject({ code: 'CANCELLED' });
    }
  });

  it('names what is wrong with its arguments', async () => {
    await expect(distillEncoder({ teacher, dim: 9 })).rejects.toThrow(/from 1 to 8.*received 9/);
    await expect(distillEncoder({ teacher, dim: 6, texts: [] })).rejects.toMatchObject({
      code: 'DATA_EMPTY',
    });
    const short = { teacher, dim: 6, texts, encodeTexts: async () => new Float32Array(8) };
    await expect(distillEncoder(short)).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe.skipIf(!hasShared)('distillation of all-MiniLM-L6-v2 (needs ../shared beside the checkout)', () => {
  it('ranks unseen titles more as the teacher does than the tokens alone do', {
    timeout: 120_000,
  }, async () => {
    const teacher = await Encoder.load(join(sharedDir, 'models', 'all-MiniLM-L6-v2'), { maxTokens: 64 });
    const lines = readFileSync(
      join(sharedDir, 'data', 'products', 'homedepot', 'corpus.jsonl'),
      'utf8',
    ).split('\n');
    const titles = lines
      .filter((_, i) => i % 50 === 0 && lines[i])
      .map((line) => (JSON.parse(line) as { title: string }).title);
    const [seen, unseen] = [titles.slice(0, 400), titles.slice(400, 480)];
    const known = new Set(
      seen.concat(unseen).flatMap((title) => title.toLowerCase().match(/[a-z]+|\d+/g) ?? []),
    );
    const keepToken = (token: string) => /^(##)?[a-z0-9]$/.test(token) || known.has(token);
    const tokensAlone = await distillEncoder({ teacher, dim: 64, keepToken });
    const tuned = await distillEncoder({
      teacher,
      texts: seen,
      dim: 64,
      keepToken,
      recipe: { epochs: 10, batch: 64 },
    });
    expect(tuned.losses.at(-1)!).toBeLessThan(tuned.initialLoss! * 0.7);
    const before = await agreement(teacher, encoderOf(tokensAlone), unseen);
    const after = await agreement(teacher, encoderOf(tuned), unseen);
    expect(after).toBeGreaterThan(before + 0.05);
  });
});

describe('tokens and rotations', () => {
  it('keeps Latin script and what all scripts share', () => {
    for (const token of ['lamp', '##s', '[CLS]', '10', '½', 'größe', '—'])
      expect(isLatinToken(token), token).toBe(true);
    for (const token of ['東', 'д', '[unused7]', '##ر']) expect(isLatinToken(token), token).toBe(false);
  });

  it('finds the rotation in a scaled one, and refuses a matrix of zeros', () => {
    const [sine, cosine] = [Math.sin(0.7), Math.cos(0.7)];
    const rotation = [cosine, -sine, sine, cosine];
    // rotation * [[9, 0.02], [0.02, 0.5]], which is positive definite.
    const stretched = Float64Array.of(
      9 * cosine - 0.02 * sine,
      0.02 * cosine - 0.5 * sine,
      9 * sine + 0.02 * cosine,
      0.02 * sine + 0.5 * cosine,
    );
    for (const [i, value] of nearestOrthogonal(stretched, 2).entries())
      expect(value).toBeCloseTo(rotation[i]!, 6);
    expect(() => nearestOrthogonal(new Float64Array(4), 2)).toThrow(/not zero/);
  });
});
