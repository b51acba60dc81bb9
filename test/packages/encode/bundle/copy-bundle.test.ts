import { chmod, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyBundle, Encoder, readBundle } from '@attune/encode';
import { describe, expect, it } from 'vitest';
import {
  dim,
  type Files,
  filesBelow,
  staticFiles,
  temporaryFolder,
  transformerFiles,
  writeFiles,
} from '../tiny-models.js';

const beside: Files = {
  'vocab.txt': 'desk',
  'special_tokens_map.json': {},
  'NOTICE.txt': 'keep this',
  'README.md': '# base',
  'sentencepiece.bpe.model': 'pieces',
  'pytorch_model.bin': 'weights again',
  'model.onnx': 'and again',
  '.cache.json': {},
  'onnx/config.json': {},
};
const copied = ['NOTICE.txt', 'README.md', 'sentencepiece.bpe.model', 'special_tokens_map.json', 'vocab.txt'];

async function base(files: Files): Promise<string> {
  return writeFiles(join(await temporaryFolder(), 'base'), { ...files, ...beside });
}

describe('copyBundle', () => {
  it('copies what was read and the small files beside it, and leaves other forms of the weights', async () => {
    const files = transformerFiles();
    const path = await base(files);
    const bundle = await readBundle(path);
    const to = join(await temporaryFolder(), 'copy');
    await copyBundle(bundle, to);
    expect(await filesBelow(to)).toEqual([...Object.keys(files), ...copied].sort());
    for (const name of await filesBelow(to))
      expect(await readFile(join(to, name)), name).toEqual(await readFile(join(path, name)));
    expect((await Encoder.load(to)).fingerprint).toBe(bundle.fingerprint);
  });

  it('leaves what is too large to be a companion, but never what was read', async () => {
    const path = await base(staticFiles());
    await writeFile(join(path, 'corpus.txt'), '');
    await truncate(join(path, 'corpus.txt'), 2 ** 26 + 1);
    const to = join(await temporaryFolder(), 'copy');
    await copyBundle(await readBundle(path), to);
    expect(await filesBelow(to)).not.toContain('corpus.txt');
    await truncate(join(path, 'corpus.txt'), 2 ** 26);
    await copyBundle(await readBundle(path), to);
    expect(await filesBelow(to)).toContain('corpus.txt');
  });

  it('copies what links lead to, and makes the copy of a read-only model writable', async () => {
    const path = await base(staticFiles());
    await rename(join(path, 'model.safetensors'), join(path, 'blob'));
    await symlink('blob', join(path, 'model.safetensors'));
    await chmod(join(path, 'blob'), 0o444);
    const to = join(await temporaryFolder(), 'copy');
    await copyBundle(await readBundle(path), to);
    await rm(path, { recursive: true });
    expect((await stat(join(to, 'model.safetensors'))).mode & 0o777).toBe(0o644);
    expect((await Encoder.load(to)).dim).toBe(dim);
  });

  it('says which file is gone since the bundle was read', async () => {
    const path = await base(staticFiles());
    const bundle = await readBundle(path);
    await rm(join(path, 'tokenizer.json'));
    const copy = async () => copyBundle(bundle, join(await temporaryFolder(), 'copy'));
    await expect(copy()).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/base.tokenizer\.json .*gone/),
    });
    await rm(path, { recursive: true });
    await expect(copy()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
