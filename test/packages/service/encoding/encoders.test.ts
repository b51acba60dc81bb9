import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Encoder } from '@attune/encode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Encoders } from '../../../../packages/service/src/encoding/encoders.js';
import { otherBundle } from '../small-service.js';

const texts = (...input: string[]) => ({ role: 'query' as const, input });

let folder: string;
const bundles: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attune-encoders-'));
  for (const seed of [1, 2, 3]) bundles.push(await otherBundle(join(folder, `model-${seed}`), seed));
});
afterAll(() => rm(folder, { recursive: true }));

let encoders: Encoders;
/** All that were started, in their order. */
let threads: Worker[];
beforeEach(() => {
  encoders = new Encoders({ mostWaiting: 4, closeTimeoutMs: 10_000 });
  threads = [];
  vi.spyOn(Worker.prototype, 'emit').mockImplementation(function (this: Worker, ...args) {
    if (args[0] === 'message' && !threads.includes(this)) threads.push(this);
    return Object.getPrototypeOf(Worker.prototype).emit.apply(this, args);
  });
});
afterEach(async () => {
  await encoders.close();
  vi.restoreAllMocks();
});

const embed = (model: number, ...input: string[]) =>
  encoders.embed(`model-${model}`, bundles[model - 1]!, texts(...input));
const hasEnded = ({ threadId }: Worker) => threadId === -1;

describe('encoders of models that are not in service', () => {
  it('give what the model gives, of one loaded for all who ask', async () => {
    const model = await Encoder.load(bundles[0]!);
    const asked = await Promise.all([embed(1, 'oak'), embed(1, 'red sofa', 'lamp'), embed(1, '')]);
    const expected = await model.encodeQueries(['oak', 'red sofa', 'lamp', '']);
    expect(Float32Array.from(asked.flatMap(({ vectors }) => [...vectors]))).toEqual(expected);
    expect(asked.map(({ tokens }) => tokens)).toEqual([1, 3, 0]);
    expect(asked[0]).toMatchObject({ dim: model.dim, fingerprint: model.fingerprint });
    expect(threads).toHaveLength(1);
  });

  it('are two at most: the longest unused is let go, once it has answered', async () => {
    await embed(1, 'oak');
    await embed(2, 'oak');
    await embed(1, 'oak'); // the second is the longest unused now
    const answering = embed(2, 'oak');
    await Promise.all([embed(1, 'oak'), embed(3, 'oak'), answering]);
    expect(threads).toHaveLength(3);
    await expect.poll(() => threads.map(hasEnded)).toEqual([false, true, false]);
    expect((await embed(2, 'oak')).dim).toBe(256);
    expect(threads).toHaveLength(4);
  });

  it('that cannot be loaded say why to each who asked, and are loaded when they can be', async () => {
    const [place, away] = [bundles[0]!, join(folder, 'away')];
    await rename(place, away);
    const outcomes = await Promise.allSettled([embed(1, 'oak'), embed(1, 'lamp')]);
    expect(outcomes).toMatchObject([
      { reason: { code: 'BUNDLE_NOT_FOUND' } },
      { reason: { code: 'BUNDLE_NOT_FOUND' } },
    ]);
    await rename(away, place);
    await expect.poll(() => embed(1, 'oak').catch(() => undefined)).toMatchObject({ dim: 256 });
  });

  it('whose thread dies refuse those who wait, and are loaded again', async () => {
    await embed(1, 'oak');
    const waiting = [embed(1, 'lamp'), embed(1, 'sofa')];
    const [outcomes] = await Promise.all([Promise.allSettled(waiting), threads[0]!.terminate()]);
    expect(outcomes).toMatchObject([
      {
        reason: { code: 'UNAVAILABLE', message: expect.stringMatching(/^Its thread has ended: exit code 1/) },
      },
      { reason: { code: 'UNAVAILABLE' } },
    ]);
    expect((await embed(1, 'oak')).dim).toBe(256);
    expect(threads).toHaveLength(2);
  });

  it('refuse what is beyond their queue', async () => {
    await embed(1, 'oak');
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => embed(1, 'lamp')));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...new Array(4).fill('fulfilled'),
      ...new Array(2).fill('rejected'),
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { code: 'OVERLOADED' } });
  });

  it('answer what they were asked before they are closed, and nothing afterwards', async () => {
    await embed(1, 'oak');
    const asked = embed(1, 'lamp');
    await Promise.resolve(); // it waits for its batch
    await encoders.close();
    expect((await asked).tokens).toBe(1);
    expect(threads.every(hasEnded)).toBe(true);
    await expect(embed(1, 'oak')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
