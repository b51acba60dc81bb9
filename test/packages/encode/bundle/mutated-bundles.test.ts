import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder, readBundle, writeDenseBundle, writeStaticBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { describe, expect, it } from 'vitest';
import { randomBelow } from '../../../random.js';
import {
  dim,
  randomWeights,
  staticFiles,
  table,
  temporaryFolder,
  tokenizerJson,
  transformerFiles,
  writeFiles,
} from '../tiny-models.js';

type Mutation = (path: string, next: (below: number) => number) => Promise<void>;

const edit = (change: (bytes: Buffer, next: (below: number) => number) => Buffer): Mutation => {
  return async (path, next) => writeFile(path, change(await readFile(path), next));
};

const mutations: Record<string, Mutation> = {
  'cut off': async (path, next) => truncate(path, next((await readFile(path)).length)),
  'one bit flipped': edit((bytes, next) => {
    const place = next(bytes.length);
    bytes[place] = bytes[place]! ^ (1 << next(8));
    return bytes;
  }),
  'a byte of its beginning changed': edit((bytes, next) => {
    bytes[next(Math.min(bytes.length, 64))] = next(256);
    return bytes;
  }),
  'bytes added': edit((bytes, next) => Buffer.concat([bytes, Buffer.alloc(1 + next(64), next(256))])),
  'bytes taken out': edit((bytes, next) => {
    const place = next(bytes.length);
    return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + next(16))]);
  }),
  'a number changed': edit((bytes, next) => {
    const text = bytes.toString('latin1');
    const found = [...text.matchAll(/\d+/g)];
    const target = found[next(found.length)];
    if (!target) return bytes;
    const other = ['0', '-1', '4294967296', '99999999999999999999', '1e9', 'null'][next(6)]!;
    return Buffer.from(
      text.slice(0, target.index) + other + text.slice(target.index + target[0].length),
      'latin1',
    );
  }),
  missing: async (path) => rm(path),
};

const texts = ['desk lamp', 'oak tables, red', '', 'unknown WORDS'];

async function originals(): Promise<Record<string, string>> {
  const root = await temporaryFolder();
  const path = (name: string) => join(root, name);
  await writeStaticBundle({ path: path('f32'), table, dim, tokenizerJson });
  await writeStaticBundle({ path: path('f16'), table, dim, tokenizerJson, dtype: 'f16' });
  await writeDenseBundle({
    path: path('dense'),
    base: await readBundle(path('f32')),
    weight: randomWeights(dim * dim, 5),
  });
  return {
    f32: path('f32'),
    f16: path('f16'),
    dense: path('dense'),
    plain: await writeFiles(path('plain'), staticFiles()),
  };
}

/** Loads a damaged copy: the vectors it gives, or the error that it ends in. */
async function outcome(folder: string): Promise<Float32Array | AttuneError> {
  try {
    return await (await Encoder.load(folder)).encodeQueries(texts);
  } catch (error) {
    if (error instanceof AttuneError) return error;
    throw new Error(`an error without a code: ${(error as Error).stack}`, { cause: error });
  }
}

const expectedCodes = ['BUNDLE_INVALID', 'BUNDLE_UNSUPPORTED', 'BUNDLE_MISMATCH'];

describe('a damaged bundle', () => {
  it('with attune.json ends in a typed error or gives the same vectors, 252 times', async () => {
    const folders = await originals();
    const next = randomBelow(1);
    const codes: Record<string, number> = {};
    for (const name of ['f32', 'f16', 'dense']) {
      const { files } = await readBundle(folders[name]!);
      const whole = await (await Encoder.load(folders[name]!)).encodeQueries(texts);
      for (let run = 0; run < 84; run++) {
        const copy = join(await temporaryFolder(), 'copy');
        await cp(folders[name]!, copy, { recursive: true });
        const file = files[run % files.length]!;
        const [mutation, mutate] = Object.entries(mutations)[next(7)]!;
        await mutate(join(copy, file), next);
        const found = await outcome(copy);
        const what = `${name}/${file}: ${mutation}`;
        if (found instanceof AttuneError) {
          expect(expectedCodes, what).toContain(found.code);
          codes[found.code] = (codes[found.code] ?? 0) + 1;
        } else if (file !== 'attune.json' || mutation !== 'missing') {
          expect(found, what).toEqual(whole);
        }
        await rm(copy, { recursive: true });
      }
    }
    expect(Object.keys(codes).sort()).toContain('BUNDLE_MISMATCH');
  });

  // Without attune.json nothing says what the vectors should be; but nothing may crash either.
  it('without attune.json ends in a typed error or in finite vectors, 150 times', async () => {
    const { plain } = await originals();
    const { files } = await readBundle(plain!);
    const next = randomBelow(2);
    for (let run = 0; run < 150; run++) {
      const copy = join(await temporaryFolder(), 'copy');
      await cp(plain!, copy, { recursive: true });
      const file = files[run % files.length]!;
      const [mutation, mutate] = Object.entries(mutations)[next(7)]!;
      await mutate(join(copy, file), next);
      const found = await outcome(copy);
      if (found instanceof AttuneError) expect(expectedCodes, `${file}: ${mutation}`).toContain(found.code);
      else expect(found.every(Number.isFinite), `${file}: ${mutation}`).toBe(true);
      await rm(copy, { recursive: true });
    }
  });

  it('of a transformer, without attune.json, gives vectors or ends in a typed error, 200 times', async () => {
    const whole = await writeFiles(await temporaryFolder(), transformerFiles());
    const { files } = await readBundle(whole);
    const next = randomBelow(3);
    let refused = 0;
    for (let run = 0; run < 200; run++) {
      const copy = join(await temporaryFolder(), 'copy');
      await cp(whole, copy, { recursive: true });
      await Object.values(mutations)[next(7)]!(join(copy, files[run % files.length]!), next);
      const found = await outcome(copy);
      if (found instanceof AttuneError) {
        expect(expectedCodes).toContain(found.code);
        refused++;
      }
      await rm(copy, { recursive: true });
    }
    expect(refused).toBeGreaterThan(100);
  });
});
