import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Encoder, findBundle, findNamedBundle } from '@attune/encode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { staticFiles, temporaryFolder, writeFiles } from '../tiny-models.js';

const variables = ['ATTUNE_MODELS', 'XDG_CACHE_HOME', 'HF_HUB_CACHE', 'HF_HOME'];
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));
let root: string;

beforeEach(async () => {
  root = await temporaryFolder();
  for (const name of variables) delete process.env[name];
  process.env['XDG_CACHE_HOME'] = join(root, 'cache');
});

afterEach(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const bundleAt = (...parts: string[]) => writeFiles(join(root, ...parts), staticFiles());
const hub = (repository: string, revision: string) => [
  'cache',
  'huggingface',
  'hub',
  repository,
  'snapshots',
  revision,
];

describe('findBundle', () => {
  it('takes a folder as it is', async () => {
    const path = await bundleAt('my-model');
    expect(await findBundle(path)).toBe(path);
  });

  it('looks in the given folders, ATTUNE_MODELS, the cache of Attune and that of Hugging Face, in that order', async () => {
    process.env['ATTUNE_MODELS'] = [join(root, 'none'), join(root, 'models')].join(delimiter);
    const hugging = await bundleAt(...hub('models--sentence-transformers--tiny', 'abc'));
    expect(await findBundle('tiny')).toBe(hugging);
    const cached = await bundleAt('cache', 'attune', 'models', 'tiny');
    expect(await findBundle('tiny')).toBe(cached);
    const own = await bundleAt('models', 'tiny');
    expect(await findBundle('tiny')).toBe(own);
    const given = await bundleAt('given', 'tiny');
    expect(await findBundle('tiny', [join(root, 'given')])).toBe(given);
    expect(await findBundle('sentence-transformers/tiny')).toBe(own);
  });

  it('takes the revision that refs/main names, else the newest', async () => {
    const [old, recent] = [
      await bundleAt(...hub('models--org--tiny', 'old')),
      await bundleAt(...hub('models--org--tiny', 'recent')),
    ];
    await utimes(old, 1000, 1000);
    expect(await findBundle('org/tiny')).toBe(recent);
    const refs = join(old, '..', '..', 'refs');
    await mkdir(refs);
    await writeFile(join(refs, 'main'), 'old');
    expect(await findBundle('org/tiny')).toBe(old);
    await writeFile(join(refs, 'main'), '../../../../../elsewhere');
    expect(await findBundle('org/tiny')).toBe(recent);
  });

  it('finds the shipped bundles last, so that one of the same name elsewhere is taken', async () => {
    expect(await findBundle('attune-base-en')).toMatch(/npm.base-en.attune-base-en$/);
    expect(await findBundle('anyone/attune-base-en')).toMatch(/npm.base-en.attune-base-en$/);
    const own = await bundleAt(...hub('models--anyone--attune-base-en', 'abc'));
    expect(await findBundle('anyone/attune-base-en')).toBe(own);
  });

  it('says where it looked and how to get the model', async () => {
    const message = expect.stringMatching(/models--sentence-transformers--nothing[\s\S]*hf download/);
    await expect(Encoder.load('nothing')).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND', message });
    await expect(findBundle('nothing')).rejects.toThrow(
      /Shipped with Attune: attune-base-en, attune-base-zh\./,
    );
    await expect(findBundle('nothing')).rejects.toThrow(join(root, 'cache', 'attune', 'models', 'nothing'));
  });

  it('does not take a name as a way out of the folders, or a file as a bundle', async () => {
    await bundleAt('outside');
    process.env['ATTUNE_MODELS'] = join(root, 'models');
    await expect(findBundle('../outside')).rejects.toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    const file = join(root, 'outside', 'modules.json');
    await expect(findBundle(file)).rejects.toThrow(/is a file/);
  });
});

describe('findNamedBundle', () => {
  it('finds what findBundle finds by name', async () => {
    process.env['ATTUNE_MODELS'] = join(root, 'models');
    const own = await bundleAt('models', 'tiny');
    expect(await findNamedBundle('tiny')).toBe(own);
    expect(await findNamedBundle('attune-base-en')).toBe(await findBundle('attune-base-en'));
  });

  it('takes no path, and says nothing of the places of this machine', async () => {
    const inTheWorkingFolder = await bundleAt('tiny');
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(root);
    expect(await findBundle('tiny')).toBe(inTheWorkingFolder);
    for (const name of ['tiny', inTheWorkingFolder, './tiny']) {
      const error = await findNamedBundle(name).catch((each: unknown) => each);
      expect(error).toMatchObject({ code: 'NOT_FOUND' });
      expect(String(error).replace(name, '')).not.toMatch(/[/\\]/);
    }
    cwd.mockRestore();
  });
});
