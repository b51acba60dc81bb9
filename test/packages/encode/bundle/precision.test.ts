import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder, type Precision, readBundle, recordPrecision } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { compare, goldenCosine } from '../../../../packages/encode/src/bundle/golden.js';
import { dim, staticFiles, temporaryFolder, transformerFiles, writeFiles } from '../tiny-models.js';

const texts = ['desk lamp', 'oak table 42', 'red blue desks - lamps'];
const transformer = async () => writeFiles(await temporaryFolder(), transformerFiles());
const manifestIn = async (folder: string) => JSON.parse(await readFile(join(folder, 'attune.json'), 'utf8'));

async function lowestCosine(one: Encoder, other: Encoder): Promise<number> {
  const [a, b] = [await one.encodeQueries(texts), await other.encodeQueries(texts)];
  const rows = texts.map((_, i) => i * dim);
  return Math.min(...rows.map((at) => compare(a.subarray(at, at + dim), b.subarray(at, at + dim)).cosine));
}

describe('the precision of a transformer', () => {
  it.each(['bf16', 'int8'] as const)(
    'in %s gives vectors near those in f32, under a fingerprint of its own',
    async (precision) => {
      const folder = await transformer();
      const exact = await Encoder.load(folder);
      const encoder = await Encoder.load(folder, { precision });
      expect(exact.precision).toBe('f32');
      expect(encoder.precision).toBe(precision);
      expect(encoder.fingerprint).not.toBe(exact.fingerprint);
      expect((await readBundle(folder, { precision })).fingerprint).toBe(encoder.fingerprint);
      const cosine = await lowestCosine(encoder, exact);
      expect(cosine).toBeGreaterThanOrEqual(goldenCosine[precision]);
      expect(cosine).toBeLessThan(1);
      expect(await encoder.encodeQueries(texts)).not.toEqual(await exact.encodeQueries(texts));
    },
  );

  it('is the one that attune.json states, unless a load asks for another', async () => {
    const folder = await transformer();
    const plain = await Encoder.load(folder);
    await recordPrecision(folder, 'int8');
    const stated = await Encoder.load(folder);
    expect(stated.precision).toBe('int8');
    expect(stated.fingerprint).toBe((await readBundle(folder)).fingerprint);
    const asked = await Encoder.load(folder, { precision: 'f32' });
    expect(asked.fingerprint).toBe(plain.fingerprint);
    expect(await asked.encodeQueries(texts)).toEqual(await plain.encodeQueries(texts));
    const { golden, fingerprint } = await manifestIn(folder);
    await recordPrecision(folder, 'bf16');
    expect((await manifestIn(folder)).golden).toEqual(golden); // those of f32, whatever is stated
    expect((await manifestIn(folder)).fingerprint).not.toBe(fingerprint);
    await recordPrecision(folder, 'f32');
    expect((await Encoder.load(folder)).fingerprint).toBe(plain.fingerprint);
  });

  it('is part of the fingerprint of a bundle cut to fewer tokens too', async () => {
    const folder = await transformer();
    const [exact, codes] = [
      await readBundle(folder, { maxTokens: 5 }),
      await readBundle(folder, { maxTokens: 5, precision: 'int8' }),
    ];
    expect(codes.digests).toEqual(exact.digests);
    expect(codes.fingerprint).not.toBe(exact.fingerprint);
  });

  it('does not excuse golden vectors of another model', async () => {
    const folder = await transformer();
    await recordPrecision(folder, 'int8');
    const manifest = await manifestIn(folder);
    const vector = Buffer.from(manifest.golden[0].vector, 'base64');
    for (let sign = 3; sign < vector.length; sign += 4) vector[sign]! ^= 0x80;
    manifest.golden[0].vector = vector.toString('base64');
    delete manifest.sha256; // the file is not damaged: somebody has written it so
    await writeFile(join(folder, 'attune.json'), JSON.stringify(manifest));
    await expect(Encoder.load(folder)).rejects.toMatchObject({
      code: 'BUNDLE_MISMATCH',
      message: expect.stringContaining('in int8 (at least 0.98'),
    });
    await expect(recordPrecision(folder, 'bf16')).rejects.toMatchObject({ code: 'BUNDLE_MISMATCH' });
    expect((await manifestIn(folder)).precision).toBe('int8');
  });

  it('refuses a precision that there is none of, and any for a static bundle', async () => {
    const folder = await transformer();
    await expect(Encoder.load(folder, { precision: 'int4' as Precision })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('f32, bf16, int8'),
    });
    await recordPrecision(folder, 'f32');
    const manifest = await manifestIn(folder);
    await writeFile(join(folder, 'attune.json'), JSON.stringify({ ...manifest, precision: 'half' }));
    await expect(Encoder.load(folder)).rejects.toMatchObject({
      code: 'BUNDLE_INVALID',
      message: expect.stringContaining('"precision"'),
    });
    const table = await writeFiles(await temporaryFolder(), staticFiles());
    await expect(Encoder.load(table, { precision: 'bf16' })).rejects.toMatchObject({
      code: 'BUNDLE_UNSUPPORTED',
    });
    await expect(recordPrecision(table, 'int8')).rejects.toMatchObject({ code: 'BUNDLE_UNSUPPORTED' });
    expect((await Encoder.load(table, { precision: 'f32' })).precision).toBe('f32');
  });
});
