// How many searches a second does the server answer, and what does HTTP itself cost?
// Text search by vector alone with the base model that ships, over Home Depot's products, exact float32, 64 connections, every
// search another text. The ceiling is the same search without HTTP: Service.search from 64 callers in one process, and below
// it the encoder and the index alone, 64 texts a call. autocannon and the server share the machine's cores, so HTTP's own cost is
// not the difference of rates, but of processor time: of the whole server a request, less that of the service alone a search.
//
//   npm run bench:server                     # lines go to benchmarks/results/http-search.jsonl
//   ATTUNE_BENCH_PROFILE=DIR npm run bench:server   # a .cpuprofile of every thread of the server, too
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from '@attune/encode';
import { FlatIndex } from '@attune/indexes';
import { Service } from '@attune/service';
import { closedLoop } from '../lib/closed-loop.js';
import { openLoop } from '../lib/open-loop.js';
import { readProducts } from '../lib/products.js';
import { report, rounded } from '../lib/report.js';
import { BenchServer } from '../lib/server.js';

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const seconds = toy ? 1 : 10;
const rounds = toy ? 1 : 3;
const connections = 64;
const k = 10;
/** Searches a second that the server is meant to answer on two cores; half of it is a load that machines can be compared by. */
const aim = 1500;
const profile = process.env['ATTUNE_BENCH_PROFILE'];
const products = readProducts({ most: toy ? 500 : Number.POSITIVE_INFINITY });
const { documents, queries } = products;
const count = documents.length;
const shared = { benchmark: 'server', data: products.name, count, connections, k };

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Searches from 64 callers at once, each after its last was answered, for some seconds. */
async function inProcess(service: Service, record: boolean) {
  let [next, done] = [0, 0];
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const caller = async () => {
    while (performance.now() - startedAt < seconds * 1000) {
      await service.search('products', {
        text: queries[next++ % queries.length]!,
        mode: 'vector',
        limit: k,
        record,
      });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - startedAt;
  return { perSecond: (done / ms) * 1000, cpuMsPerSearch: (user + system) / 1000 / done };
}

/** Encoder and index alone: 64 texts a call, one call after another. */
async function core() {
  const encoder = await Encoder.load('attune-base-en');
  const index = new FlatIndex({ dim: encoder.bundle.dim, metric: 'cosine' });
  index.add(await encoder.encodeDocuments(documents.map(({ title }) => title)));
  let done = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) {
    const texts = Array.from({ length: connections }, (_, i) => queries[(done + i) % queries.length]!);
    await index.search(await encoder.encodeQueries(texts), { k });
    done += connections;
  }
  return { perSecond: (done / (performance.now() - startedAt)) * 1000, dim: encoder.bundle.dim };
}

const path = '/v1/collections/products/search';
const bodiesOf = (record: boolean) =>
  queries.map((text) => JSON.stringify({ text, mode: 'vector', limit: k, record }));

/** Over HTTP. */
async function overHttp(server: BenchServer, { record }: { record: boolean }) {
  await server.longestBlockMs();
  const before = server.cpu();
  const threadsBefore = server.cpuByThread();
  const bodies = bodiesOf(record);
  const result = await closedLoop({ url: server.url, path, bodies, connections, seconds });
  const after = server.cpu();
  const threadsAfter = server.cpuByThread();
  const { total } = result.requests;
  return {
    perSecond: total / result.duration,
    cpuMsPerRequest: (after.allMs - before.allMs) / total,
    mainCpuMsPerRequest: (after.mainMs - before.mainMs) / total,
    total,
    cpuMsByThread: Object.entries(threadsAfter).map(
      ([name, ms]) => [name, ms - (threadsBefore[name] ?? 0)] as const,
    ),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
    blockMs: await server.longestBlockMs(),
  };
}

/** At a rate, as people come, alone or with other work under way; each line says what went on. */
async function atRate(
  server: BenchServer,
  name: string,
  perSecond: number,
  meanwhile: () => Promise<string>,
) {
  await server.settled();
  const other = meanwhile();
  await server.longestBlockMs();
  const figures = await openLoop({
    url: `${server.url}${path}`,
    bodies: bodiesOf(true),
    perSecond,
    seconds,
    connections,
  });
  const blockMs = await server.longestBlockMs();
  report({
    ...shared,
    name,
    rate: perSecond,
    perSecond: rounded(figures.perSecond),
    p50Ms: rounded(figures.p50Ms),
    p99Ms: rounded(figures.p99Ms),
    longestBlockMs: rounded(blockMs),
    failed: figures.failed,
    meanwhile: await other,
  });
}

/** Writes until the load is over; searches see it as it goes. */
async function indexing(server: BenchServer): Promise<string> {
  const endsAt = performance.now() + seconds * 1000;
  let written = 0;
  while (performance.now() < endsAt) {
    const lines = Array.from({ length: 500 }, (_, i) => {
      const { id, title } = documents[(written + i) % count]!;
      return { id, fields: { title: `${title} again` } };
    });
    await server.writeLines('/v1/collections/products/documents', lines);
    written += lines.length;
  }
  return `${written} documents written anew`;
}

async function training(server: BenchServer, name: string): Promise<string> {
  const { id } = await server.json<{ id: string }>('/v1/jobs', {
    kind: 'train',
    dataset: 'bench',
    name,
    epochs: 3,
  });
  await sleep(seconds * 1000);
  const { state, step, error } = await server.json<{
    state: string;
    step: string;
    error: { message: string } | null;
  }>(`/v1/jobs/${id}`);
  if (state === 'running' || state === 'waiting')
    await server.json(`/v1/jobs/${id}/cancel`, undefined, { method: 'POST' });
  return `training: ${state}, ${step}${error ? `: ${error.message.slice(0, 200)}` : ''}`;
}

async function uploadTraining(server: BenchServer): Promise<void> {
  const rows = documents.slice(0, 20_000).map(({ id, title }) => {
    const query = title.split(' ').slice(0, 3).join(' ');
    return `${JSON.stringify({ query, product_id: id, title, score: 1 })}\n`;
  });
  await server.json('/v1/datasets/bench/files/train.jsonl', undefined, {
    method: 'PUT',
    body: rows.join(''),
    headers: { 'content-type': 'application/octet-stream' },
  });
}

const data = mkdtempSync(join(tmpdir(), 'attune-bench-'));
try {
  const alone = await core();
  report({
    ...shared,
    name: 'core',
    dim: alone.dim,
    batch: connections,
    perSecond: rounded(alone.perSecond),
  });

  const service = await Service.open(data);
  await service.createCollection('products', {});
  for (let from = 0; from < count; from += 2_000) {
    const part = documents.slice(from, from + 2_000);
    const writes = part.map(({ id, title }) => ({ op: 'upsert' as const, id, fields: { title } }));
    await service.write('products', writes, { refresh: from + 2_000 >= count });
  }
  await inProcess(service, true); // warm-up
  const searches = new Map<boolean, Awaited<ReturnType<typeof inProcess>>[]>();
  for (const record of [true, false])
    searches.set(record, await inTurn(rounds, () => inProcess(service, record)));
  await service.close();

  const nodeArgs = profile ? ['--cpu-prof', '--cpu-prof-dir', profile] : [];
  const server = await BenchServer.start(data, nodeArgs);
  await overHttp(server, { record: true }); // warm-up
  let reached = 0;
  for (const record of [true, false]) {
    const within = searches.get(record)!;
    const http = await inTurn(rounds, () => overHttp(server, { record }));
    const requests = http.reduce((sum, { total }) => sum + total, 0);
    const spent: Record<string, number> = {};
    for (const [name, ms] of http.flatMap((each) => each.cpuMsByThread))
      spent[name] = (spent[name] ?? 0) + ms;
    const perSecond = median(http.map((each) => each.perSecond));
    const cpuMsPerRequest = median(http.map((each) => each.cpuMsPerRequest));
    const cpuMsPerSearch = median(within.map((each) => each.cpuMsPerSearch));
    if (record) reached = perSecond;
    report({
      ...shared,
      name: record ? 'text-vector' : 'text-vector-unrecorded',
      perSecond: rounded(perSecond),
      perSecondBest: rounded(Math.max(...http.map((each) => each.perSecond))),
      inProcessPerSecond: rounded(median(within.map((each) => each.perSecond))),
      corePerSecond: rounded(alone.perSecond),
      p50Ms: median(http.map((each) => each.p50Ms)),
      p99Ms: median(http.map((each) => each.p99Ms)),
      cpuMsPerRequest: rounded(cpuMsPerRequest),
      cpuMsPerSearchInProcess: rounded(cpuMsPerSearch),
      httpCpuMs: rounded(cpuMsPerRequest - cpuMsPerSearch),
      mainThreadCpuMs: rounded(median(http.map((each) => each.mainCpuMsPerRequest))),
      cpuMsByThread: Object.fromEntries(
        Object.entries(spent).map(([name, ms]) => [name, rounded(ms / requests)]),
      ),
      longestBlockMs: rounded(Math.max(...http.map((each) => each.blockMs))),
      failed: http.reduce((sum, { failed }) => sum + failed, 0),
    });
  }

  await server.longestBlockMs();
  await sleep(seconds * 500);
  report({ ...shared, name: 'idle', longestBlockMs: rounded(await server.longestBlockMs()) });
  await uploadTraining(server);
  // The driver has its own warm-up.
  await openLoop({
    url: `${server.url}${path}`,
    bodies: bodiesOf(true),
    perSecond: aim / 2,
    seconds: Math.min(seconds, 3),
    connections,
  });
  const rates = { 'half-aim': aim / 2, 'half-rate': Math.max(1, Math.round(reached / 2)) };
  for (const [name, rate] of Object.entries(rates)) {
    await atRate(server, name, rate, async () => 'nothing');
    await atRate(server, `${name}-indexing`, rate, () => indexing(server));
    await atRate(server, `${name}-training`, rate, () => training(server, `${name}-1`));
    await atRate(server, `${name}-both`, rate, async () =>
      (await Promise.all([indexing(server), training(server, `${name}-2`)])).join('; '),
    );
  }
  await server.stop();
} finally {
  rmSync(data, { recursive: true, force: true });
}

async function inTurn<T>(times: number, measureOnce: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await measureOnce());
  return results;
}
