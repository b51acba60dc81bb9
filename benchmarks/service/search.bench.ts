// How many searches a second a service answers in process, to 64 callers who each ask again once they are answered, and how long it
// keeps the event loop from anyone else. Its ceiling is the core alone: the encoder and exact search in batches of 64, in one thread.
// On a busy machine, compare the milliseconds of CPU that a search costs, and the longest block with that of an idle loop beside it.
//
// With ATTUNE_SHARED, the folder of the shared data, over Home Depot's 54,667 products; without it, over as many made-up ones.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Encoder } from '@attune/encode';
import { FlatIndex } from '@attune/indexes';
import type { SearchMode } from '@attune/schema';
import { Service } from '@attune/service';
import { report, rounded } from '../lib/report.js';

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const count = toy ? 500 : 54_667;
const seconds = toy ? 0.2 : 4;
const callers = 64;
const k = 10;

const file = join(process.env['ATTUNE_SHARED'] ?? '', 'data/products/homedepot/corpus.jsonl');
const words = [
  'oak',
  'steel',
  'red',
  'cordless',
  'garden',
  'desk',
  'lamp',
  'drill',
  'sofa',
  'hose',
  'brass',
  'shelf',
];
const titles = existsSync(file)
  ? (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n', count)
      .map((line) => (JSON.parse(line) as { title: string }).title)
  : Array.from(
      { length: count },
      (_, i) => `${[1, 7, 31, 101].map((step) => words[(i * step) % 12]).join(' ')} ${i}`,
    );
const queries = titles.filter((_, i) => i % 29 === 0).map((title) => title.split(' ').slice(0, 3).join(' '));

const encoder = await Encoder.load('attune-base-en');
const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine' });
index.add(await encoder.encodeDocuments(titles));
const asked = queries.slice(0, callers);

const folder = await mkdtemp(join(tmpdir(), 'attune-bench-'));
const service = await Service.open(folder);
try {
  await service.createCollection('shop');
  const began = performance.now();
  for (let i = 0; i < count; i += 1000) {
    const part = titles.slice(i, i + 1000);
    const writes = part.map((title, j) => ({ op: 'upsert' as const, id: `${i + j}`, fields: { title } }));
    await service.write('shop', writes);
  }
  const lines = performance.now();
  await service.write('shop', [{ op: 'upsert', id: 'last', fields: { title: 'last' } }], { refresh: true });
  const visible = performance.now();
  report({
    name: 'writes',
    count,
    durablePerSecond: rounded((1000 * count) / (lines - began)),
    visibleAfterMs: rounded(visible - lines),
  });
  // The tail is merged in the background.
  await new Promise((resolve) => setTimeout(resolve, toy ? 0 : 8000));

  const batch = async () => {
    const vectors = await encoder.encodeQueries(asked);
    await index.search(vectors, { k });
    return callers;
  };
  for (const mode of ['vector', 'lexical', 'hybrid'] as SearchMode[]) {
    const alone = await timed(batch, 1);
    let turn = 0;
    const search = async () => {
      await service.search('shop', { text: queries[(turn++ * 131) % queries.length]!, limit: k, mode });
      return 1;
    };
    const served = await timed(search, callers);
    report({ name: `search-${mode}`, count, callers, ...served, ...(mode === 'vector' && { core: alone }) });
  }

  const other = performance.now();
  await service.promote('shop', 'attune-base-en', { reason: 'hand' });
  const flipped = performance.now();
  await service.rollBack('shop');
  report({
    name: 'flips',
    count,
    promoteMs: rounded(flipped - other),
    rollBackMs: rounded(performance.now() - flipped),
  });
} finally {
  await service.close();
  await rm(folder, { recursive: true });
}

/** Callers who each ask again once they are answered; `call` gives the searches that it was. */
async function timed(call: () => Promise<number>, callerCount: number) {
  const latencies: number[] = [];
  let searches = 0;
  const run = (ms: number) => {
    const until = performance.now() + ms;
    const ask = async () => {
      while (performance.now() < until) {
        const begun = performance.now();
        const made = await call();
        searches += made;
        latencies.push(performance.now() - begun);
      }
    };
    return Promise.all(Array.from({ length: callerCount }, ask));
  };
  await run(toy ? 10 : 500);
  latencies.length = 0;
  searches = 0;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const loop = performance.eventLoopUtilization();
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await run(1000 * seconds);
  const tookMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  const { utilization } = performance.eventLoopUtilization(loop);
  delay.disable();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => rounded(latencies[Math.floor(share * (latencies.length - 1))]!);
  return {
    perSecond: rounded((1000 * searches) / tookMs),
    cpuMsPerSearch: rounded((user + system) / 1000 / searches),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    longestBlockMs: rounded(delay.max / 1e6),
    loopBusy: rounded(utilization),
  };
}
