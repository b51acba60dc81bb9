// How many searches a second a service answers in process, to 64 callers who each ask again once they are answered, and how long it
// keeps the event loop from anyone else. Its ceiling is the core alone: the encoder and exact search in batches of 64, in one thread.
//
// With ATTUNE_SHARED, the folder of the shared data, over Home Depot's 54,667 products; without it, over as many made-up ones.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Encoder } from '@attune/encode';
import { FlatIndex } from '@attune/search';
import { type SearchMode, Service } from '@attune/service';
import { measure } from '../lib/measure.js';
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
      (_, i) => [1, 7, 31, 101].map((step) => words[(i * step) % 12]).join(' ') + ` ${i}`,
    );
const queries = titles.filter((_, i) => i % 29 === 0).map((title) => title.split(' ').slice(0, 3).join(' '));

const encoder = await Encoder.load('attune-base-en');
const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine' });
index.add(await encoder.encodeDocuments(titles));
const asked = queries.slice(0, callers);
const vectors = await encoder.encodeQueries(asked);
const runs = toy ? 2 : 50;

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

  for (const mode of ['vector', 'lexical', 'hybrid'] as SearchMode[]) {
    const alone = await measure(() => index.search(vectors, { k }), { warmup: 3, runs });
    const encoded = await measure(() => encoder.encodeQueries(asked), { warmup: 3, runs });
    const { perSecond, longestBlockMs, p50Ms, p99Ms } = await closedLoop(mode);
    report({
      name: `search-${mode}`,
      count,
      callers,
      perSecond: rounded(perSecond),
      p50Ms: rounded(p50Ms),
      p99Ms: rounded(p99Ms),
      longestBlockMs: rounded(longestBlockMs),
      coreBatchMs: rounded(alone.medianMs),
      encodeBatchMs: rounded(encoded.medianMs),
      ...(mode === 'vector' && {
        shareOfCore: rounded((perSecond * (alone.medianMs + encoded.medianMs)) / (1000 * callers)),
      }),
    });
  }
} finally {
  await service.close();
  await rm(folder, { recursive: true });
}

async function closedLoop(mode: SearchMode) {
  const latencies: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ask = async (caller: number, until: number) => {
    for (let turn = 0; performance.now() < until; ++turn) {
      const begun = performance.now();
      await service.search('shop', {
        text: queries[(caller * 131 + turn) % queries.length]!,
        limit: k,
        mode,
      });
      latencies.push(performance.now() - begun);
    }
  };
  const run = (ms: number) => {
    const until = performance.now() + ms;
    return Promise.all(Array.from({ length: callers }, (_, caller) => ask(caller, until)));
  };
  await run(300);
  latencies.length = 0;
  delay.enable();
  const begun = performance.now();
  await run(1000 * seconds);
  const tookMs = performance.now() - begun;
  delay.disable();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))]!;
  return {
    perSecond: (1000 * latencies.length) / tookMs,
    longestBlockMs: delay.max / 1e6,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}
