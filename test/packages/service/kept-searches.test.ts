import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '@attune/service';
import { StoreReader } from '@attune/store';
import { expect, it } from 'vitest';
import { hitsOf, upsert } from './small-service.js';

it('searches do not fill the disk: beyond their share the oldest that no event cites go', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'attune-searches-'));
  const searchBytes = 20_000;
  const said: string[] = [];
  const service = await Service.open(folder, {
    retention: { searchBytes },
    log: (level, message) => said.push(`${level}: ${message}`),
  });
  try {
    await service.createCollection('shop');
    const documents = Array.from({ length: 50 }, (_, i) => upsert(`${i}-${'x'.repeat(80)}`, `lamp ${i}`));
    await service.write('shop', documents, { refresh: true });
    const ask = async () => {
      const answer = await service.search('shop', { text: 'lamp', mode: 'lexical', limit: 50 });
      expect(hitsOf(answer)).toHaveLength(50);
      return answer.queryId!;
    };
    const cited = await ask();
    await service.recordEvents([{ action_name: 'click', query_id: cited }]);
    for (let i = 0; i < 30; ++i) await ask();
    // A search is on its way for some tenths of a second.
    await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toContain('were removed');
    await expect
      .poll(() => service.store.recordSearches([]), { timeout: 20_000 })
      .toBeLessThanOrEqual(searchBytes);
  } finally {
    await service.close();
  }
  const reader = StoreReader.open(folder);
  try {
    const [event] = [...reader.events()];
    expect(event!.search!.hits).toHaveLength(50);
  } finally {
    reader.close();
  }
  await rm(folder, { recursive: true });
});
