import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { addon, addonPath } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { isLeftover } from '@attune/files';
import { FlatIndex, type Hits } from '@attune/indexes';
import { afterAll, describe, expect, it } from 'vitest';
import { describeVectorIndex, expectError } from '../../contract/vector-index.js';
import { randomNumbers } from '../../random.js';
import { hasShared, sharedDir } from '../../shared-data.js';
import { unitVectors } from '../../vectors.js';

describeVectorIndex('FlatIndex', (options) => new FlatIndex(options));

const folder = mkdtempSync(join(tmpdir(), 'attune-flat-index-'));
afterAll(() => rmSync(folder, { recursive: true }));

function filled(count: number, dim: number, fingerprint?: string): FlatIndex {
  const index = new FlatIndex({ dim, metric: 'cosine', fingerprint });
  index.add(unitVectors(count, dim, { seed: 1 }));
  return index;
}

describe('FlatIndex', () => {
  it('refuses a dim or a metric that cannot be', async () => {
    await expectError(() => new FlatIndex({ dim: 0, metric: 'l2' }), 'INVALID_ARGUMENT', /dim/);
    await expectError(() => new FlatIndex({ dim: 65_537, metric: 'l2' }), 'INVALID_ARGUMENT', /65,536/);
    await expectError(() => new FlatIndex({ dim: 2, metric: 'dot' as 'l2' }), 'INVALID_ARGUMENT', /'dot'/);
  });

  it('is exact', () => {
    expect(new FlatIndex({ dim: 2, metric: 'l2' }).isExact).toBe(true);
  });

  it('says how far a search is, and that it has ended', async () => {
    const index = filled(5_000, 32);
    const seen: { done: number; total: number }[] = [];
    await index.search(unitVectors(2_000, 32, { seed: 2 }), { k: 10, onProgress: (p) => seen.push(p) });
    expect(seen.at(-1)!.total).toBeGreaterThan(0);
    expect(seen.at(-1)!.done).toBe(seen.at(-1)!.total);
  });

  it('scores a query to the same bits alone and in any batch', async () => {
    const index = filled(3_000, 96);
    const queries = unitVectors(300, 96, { seed: 3 });
    const together = await index.search(queries, { k: 20 });
    for (const batch of [1, 2, 5, 12, 50]) {
      const few = await index.search(queries.subarray(0, batch * 96), { k: 20 });
      expect(few.rows).toEqual(together.rows.subarray(0, batch * 20));
      expect(few.scores).toEqual(together.scores.subarray(0, batch * 20));
    }
  });

  it('gives the same bits with any number of threads', () => {
    const script = `
      const addon = require(${JSON.stringify(addonPath())});
      const vectors = Float32Array.from({ length: 20000 * 48 }, (_, i) => Math.sin(i * i));
      const index = new addon.FlatIndex(48, 'cosine');
      index.add(vectors);
      index.search(vectors.subarray(0, 48 * 40), 30, undefined, undefined).then(({ rows, scores }) => {
        const hash = require('node:crypto').createHash('sha256').update(rows).update(scores).digest('hex');
        process.stdout.write(hash);
      });`;
    const answers = ['1', '2', '7'].map((threads) =>
      execFileSync(process.execPath, ['-e', script], {
        env: { ...process.env, ATTUNE_THREADS: threads },
        encoding: 'utf8',
      }),
    );
    expect(answers[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(answers).size).toBe(1);
  });

  it('never crashes, whatever an argument is', async () => {
    const index = new addon.FlatIndex(2, 'l2');
    const values: unknown[] = [
      undefined,
      null,
      0,
      -1,
      'x',
      {},
      [],
      () => 0,
      Symbol('s'),
      1n,
      new Float64Array(2),
    ];
    values.push(
      new Float32Array(3),
      new Uint8Array(2),
      new DataView(new ArrayBuffer(8)),
      index,
      new addon.Task(),
    );
    const calls = [
      (a: never, b: never) => new addon.FlatIndex(a, b),
      (a: never) => index.add(a),
      (a: never, b: never) => index.search(a, 1, b, undefined),
      (a: never, b: never) => index.search(Float32Array.of(1, 2), a, undefined, b),
      (a: never, b: never) => index.scores(a, b, b, undefined),
      (a: never, b: never) => index.scores(Float32Array.of(1, 2), Int32Array.of(0), a, b),
      (a: never, b: never) => index.save(a, b, a),
      (a: never, b: never) => addon.FlatIndex.load(a, b, a),
      (a: never) => addon.FlatIndex.prototype.add.call(a, Float32Array.of(1, 2)),
    ];
    let refused = 0;
    for (const call of calls) {
      for (const a of values) {
        for (const b of values) {
          try {
            await call(a as never, b as never);
          } catch (error) {
            refused++;
            expect(error instanceof AttuneError || error instanceof TypeError).toBe(true);
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(1_000);
    rmSync('x', { force: true }); // the one path among the values
  });
});

describe('a saved FlatIndex', () => {
  it('comes back with the same answers, its dim, metric, count and fingerprint', async () => {
    const path = join(folder, 'index.flat');
    const index = filled(2_000, 33, 'sha256:1234');
    await index.save(path);
    const loaded = await FlatIndex.load(path, { expectedFingerprint: 'sha256:1234' });
    const { dim, metric, count, fingerprint } = loaded;
    expect({ dim, metric, count, fingerprint }).toEqual({
      dim: 33,
      metric: 'cosine',
      count: 2_000,
      fingerprint: 'sha256:1234',
    });
    const queries = unitVectors(20, 33, { seed: 4 });
    expect(await loaded.search(queries, { k: 10 })).toEqual(await index.search(queries, { k: 10 }));
    loaded.add(queries);
    expect((await loaded.search(queries, { k: 1 })).rows[19]).toBe(2_019);
    expect(readdirSync(folder)).toEqual(['index.flat']);
  });

  it('is refused for a bundle that did not make it, both fingerprints named', async () => {
    const path = join(folder, 'other.flat');
    await filled(3, 2, 'sha256:aaaa').save(path);
    await expectError(
      () => FlatIndex.load(path, { expectedFingerprint: 'sha256:bbbb' }),
      'BUNDLE_MISMATCH',
      /sha256:aaaa.*sha256:bbbb/,
    );
  });

  it('is refused when it holds an index of another kind, both kinds named', async () => {
    const path = join(folder, 'words.flat');
    await filled(3, 2).save(path);
    const bytes = readFileSync(path);
    expect(bytes.toString('latin1', 0, 24)).toBe('ATTNINDXflat\0\0\0\0\x01\0\0\0\0\0\0\0');
    bytes.write('lexical\0', 8, 'latin1');
    writeFileSync(path, bytes);
    await expectError(() => FlatIndex.load(path), 'FORMAT_UNSUPPORTED', /'lexical'.*'flat'/);
  });

  it('is named when it is not there, and when it cannot be written', async () => {
    await expectError(() => FlatIndex.load(join(folder, 'none')), 'FILE_NOT_FOUND', /none/);
    await expectError(() => filled(3, 2).save(join(folder, 'no/such/folder')), 'FILE_UNWRITABLE', /folder/);
  });

  it('ends in a typed error, never in a crash, for 200 seeded mutants', async () => {
    const path = join(folder, 'whole.flat');
    await filled(50, 7, 'sha256:1234').save(path);
    const whole = readFileSync(path);
    for (let seed = 0; seed < 200; seed++) {
      const next = randomNumbers(seed);
      const at = Math.floor(next() * whole.length);
      let mutant = Buffer.from(whole);
      if (seed % 4 === 0) mutant = mutant.subarray(0, at);
      else if (seed % 4 === 1) mutant[at]! ^= 1 << Math.floor(next() * 8);
      else if (seed % 4 === 2) mutant.writeBigUInt64LE(BigInt(Math.floor(next() * 2 ** 53)), 8 + (at % 56));
      else mutant = Buffer.concat([mutant, mutant.subarray(at)]);
      const file = join(folder, 'mutant.flat');
      writeFileSync(file, mutant);
      const error = await FlatIndex.load(file).then(
        () => undefined,
        (reason: unknown) => reason as AttuneError,
      );
      expect(error, `seed ${seed}`).toBeInstanceOf(AttuneError);
      expect(['FILE_CORRUPT', 'FORMAT_UNSUPPORTED'], `seed ${seed}`).toContain(error!.code);
      expect(error!.message).toContain(file);
    }
  });
});

describe('FlatIndex in worker threads', () => {
  const start = (body: string) =>
    new Worker(`const addon = require(${JSON.stringify(addonPath())});\n${body}`, { eval: true });

  it('is loaded by several at once, with the answers of the main thread', async () => {
    const path = join(folder, 'shared.flat');
    const index = filled(1_000, 16);
    await index.save(path);
    const query = unitVectors(1, 16, { seed: 5 });
    const expected = await index.search(query, { k: 7 });
    const answers = Array.from({ length: 4 }, () => {
      const worker = start(`
        const { parentPort } = require('node:worker_threads');
        parentPort.once('message', async (query) => {
          const index = await addon.FlatIndex.load(${JSON.stringify(path)}, undefined, undefined);
          parentPort.postMessage(await index.search(query, 7, undefined, undefined));
        });`);
      worker.postMessage(query);
      return new Promise<Hits>((resolve, reject) => worker.once('message', resolve).once('error', reject));
    });
    for (const { rows, scores } of await Promise.all(answers)) {
      expect(rows).toEqual(expected.rows);
      expect(scores).toEqual(expected.scores);
    }
  });

  it('ends with its thread while searches, saves and loads run', async () => {
    const index = filled(1_000, 16);
    const path = join(folder, 'worker.flat');
    await index.save(path);
    for (let round = 0; round < 10; round++) {
      const worker = start(`
        const index = new addon.FlatIndex(64, 'cosine');
        index.add(Float32Array.from({ length: 20000 * 64 }, (_, i) => Math.sin(i)));
        const queries = Float32Array.from({ length: 5000 * 64 }, (_, i) => Math.cos(i));
        for (let i = 0; i < 4; i++) {
          index.search(queries, 10, undefined, undefined);
          index.scores(queries, new Int32Array(50000), Uint32Array.from({ length: 5001 }, (_, i) => 10 * i), undefined);
          index.save(${JSON.stringify(`${path}.of-worker`)}, '', undefined);
          addon.FlatIndex.load(${JSON.stringify(path)}, undefined, undefined);
        }
        require('node:worker_threads').parentPort.postMessage('running');`);
      await new Promise((resolve) => worker.once('message', resolve));
      expect(await worker.terminate()).toBe(1);
    }
    expect((await index.search(unitVectors(1, 16, { seed: 6 }), { k: 1 })).rows).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => isLeftover(name))).toEqual([]);
  });
});

/** The numbers of a one- or two-dimensional int32 .npy file. */
function readNpy(path: string): Int32Array {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
}

describe.skipIf(!hasShared)('FlatIndex on the product photos (needs the shared data folder)', () => {
  // The neighbours on record are out of their order in places, by as much as float32 arithmetic rounds.
  it('finds neighbours at least as near as those on record, at the distances that integers give', async () => {
    const dim = 784;
    const queryCount = 200;
    const at = (name: string) => join(sharedDir, 'data/vectors/product-photos-28x28', name);
    const pixels = Float32Array.from(readFileSync(at('vectors_u8_784.bin')));
    const take = (rows: Int32Array) => {
      const vectors = new Float32Array(rows.length * dim);
      rows.forEach((row, i) => {
        vectors.set(pixels.subarray(row * dim, (row + 1) * dim), i * dim);
      });
      return vectors;
    };
    const base = take(readNpy(at('base_rows.npy')));
    const queries = take(readNpy(at('query_rows.npy')).subarray(0, queryCount));
    const recorded = readNpy(at('groundtruth_l2_top100.npy'));

    const index = new FlatIndex({ dim, metric: 'l2' });
    index.add(base);
    const { rows, scores } = await index.search(queries, { k: 100 });

    const distance = (query: number, row: number) => {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += (queries[query * dim + i]! - base[row * dim + i]!) ** 2;
      return sum;
    };
    for (let query = 0; query < queryCount; query++) {
      const answer = [...rows.subarray(query * 100, (query + 1) * 100)];
      const known = [...recorded.subarray(query * 100, (query + 1) * 100)].map((row) => distance(query, row));
      known.sort((a, b) => a - b);
      answer.forEach((row, i) => {
        const exact = distance(query, row);
        // Differences of bytes are exact in float32; so are sums below 2^24, and beyond, each addition rounds.
        const bound = exact < 2 ** 24 ? 0 : dim * 2 ** -23 * exact;
        expect(Math.abs(-scores[query * 100 + i]! - exact)).toBeLessThanOrEqual(bound);
        expect(exact).toBeLessThanOrEqual(known[i]! + bound);
      });
    }
  });
});
