import { addon, type NativeHead } from '@attune/binding';
import { describe, expect, it } from 'vitest';

const table = Float32Array.from([1, 0, 0, 1, 3, 4]); // three tokens of two numbers
const none: NativeHead = { dense: [], normalize: false };

describe('StaticEncoder', () => {
  it('gives the mean of the tokens, and zeros for an empty text', async () => {
    const encoder = new addon.StaticEncoder(table, 2, none);
    expect(encoder.dim).toBe(2);
    const vectors = await encoder.encode(Int32Array.of(0, 1, 2), Uint32Array.of(0, 2, 2, 3));
    expect([...vectors]).toEqual([0.5, 0.5, 0, 0, 3, 4]);
  });

  it('normalises, leaving zeros as they are', async () => {
    const encoder = new addon.StaticEncoder(table, 2, { dense: [], normalize: true });
    const vectors = await encoder.encode(Int32Array.of(2), Uint32Array.of(0, 0, 1));
    expect([...vectors]).toEqual([0, 0, Math.fround(0.6), Math.fround(0.8)]);
  });

  it('applies Dense layers, their bias and their residual', async () => {
    const layer = { inFeatures: 2, outFeatures: 2, activation: 'relu', residual: true } as const;
    const dense = [{ ...layer, weight: Float32Array.of(1, 1, -1, -1), bias: Float32Array.of(10, 0) }];
    const encoder = new addon.StaticEncoder(table, 2, { dense, normalize: false });
    expect([...(await encoder.encode(Int32Array.of(2), Uint32Array.of(0, 1)))]).toEqual([20, 4]);
  });

  it('copies its arguments at the call', async () => {
    const own = table.slice();
    const encoder = new addon.StaticEncoder(own, 2, none);
    own.fill(7);
    const ids = Int32Array.of(2);
    const pending = encoder.encode(ids, Uint32Array.of(0, 1));
    ids[0] = 0;
    expect([...(await pending)]).toEqual([3, 4]);
  });

  it('reports progress and refuses what does not fit', async () => {
    const encoder = new addon.StaticEncoder(table, 2, none);
    const task = new addon.Task();
    await encoder.encode(Int32Array.of(2), Uint32Array.of(0, 1), task);
    expect(task.progress()).toEqual({ done: 1, total: 1 });
    const outside = encoder.encode(Int32Array.of(0, 3), Uint32Array.of(0, 1, 2));
    await expect(outside).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('text 1'),
    });
    expect(() => new addon.StaticEncoder(table, 4, none)).toThrow(/rows of 4/);
    expect(() => new addon.StaticEncoder(table, 2, {} as NativeHead)).toThrow(/head\.dense/);
    expect(() => encoder.encode([1] as never, Uint32Array.of(0, 1))).toThrow(/Int32Array/);
  });
});
