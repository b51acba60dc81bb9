import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Service } from '@attune/service';
import { openingFile } from '@attune/store';
import { expect, it } from 'vitest';
import { upsert } from './small-service.js';

it('a release that ended the process is not opened again by a write either', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attune-refused-'));
  const first = await Service.open(folder);
  const { fingerprint } = await first.createCollection('shop');
  await first.write('shop', [upsert('1', 'oak lamp')], { refresh: true });
  await first.close();
  // As the start before left it, had the bundle ended the process.
  const file = openingFile(folder, 'shop');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ opening: null, ended: { [fingerprint]: 'by SIGABRT' } }));

  const service = await Service.open(folder);
  try {
    const ask = () => service.search('shop', { text: 'lamp', mode: 'lexical' });
    const refused = {
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/is not opened: it ended the process/),
    };
    await expect.poll(() => ask().catch((error) => error)).toMatchObject(refused);
    expect(await service.write('shop', [upsert('2', 'steel lamp')])).toMatchObject([{ status: 'created' }]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await expect(ask()).rejects.toMatchObject(refused);
  } finally {
    await service.close();
    await rm(folder, { recursive: true });
  }
});
