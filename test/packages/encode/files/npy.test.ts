import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNpy, writeNpy } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tiny-models.js';

describe('npy', () => {
  it('gives back the matrix that was written, replaces it, and leaves nothing beside it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'vectors.npy');
    await writeNpy(path, Float32Array.of(9), [1, 1]);
    await writeNpy(path, Float32Array.of(1, -2.5, 3e-9, 4, 5, 6), [2, 3]);
    expect(await readNpy(path)).toEqual({ values: Float32Array.of(1, -2.5, 3e-9, 4, 5, 6), shape: [2, 3] });
    expect(await readdir(folder)).toEqual(['vectors.npy']);
    await writeNpy(path, new Float32Array(0), [0, 3]);
    expect((await readNpy(path)).shape).toEqual([0, 3]);
  });

  it('names what cannot be written, and why', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'v.npy');
    await expect(writeNpy(path, new Float32Array(1), [1, 1])).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining(path),
    });
  });

  it('writes the header that NumPy writes', async () => {
    const path = join(await temporaryFolder(), 'v.npy');
    await writeNpy(path, new Float32Array(6), [2, 3]);
    const bytes = await readFile(path);
    expect(bytes.length).toBe(128 + 24);
    expect(bytes.readUInt16LE(8)).toBe(118);
    expect(bytes.toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
    expect(bytes.toString('latin1', 10, 128).trimEnd()).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
    );
  });

  it('refuses shapes that do not fit, files that are cut off, and what is no .npy', async () => {
    const path = join(await temporaryFolder(), 'v.npy');
    await expect(writeNpy(path, new Float32Array(5), [2, 3])).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    await writeNpy(path, new Float32Array(6), [2, 3]);
    const bytes = await readFile(path);
    for (const length of [0, 9, 60, 130, 151]) {
      await writeFile(path, bytes.subarray(0, length));
      await expect(readNpy(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
    }
    await writeFile(path, Buffer.from(bytes.toString('latin1').replace('<f4', '<f8'), 'latin1'));
    await expect(readNpy(path)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED' });
  });
});
