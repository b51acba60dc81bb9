// Does the server answer as many searches a second as another build of it did? Both serve the same products, and are asked in turns; a ratio
// above 1 is more searches, or less processor time for each, than before.
//
//   ATTUNE_BENCH_BEFORE=../before npm run bench -- server-before     # a checkout that was built; without it, this one beside itself
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedLoop } from '../lib/closed-loop.js';
import { readProducts } from '../lib/products.js';
import { report, rounded } from '../lib/report.js';
import { BenchServer } from '../lib/server.js';

const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const checkout = process.env['ATTUNE_BENCH_BEFORE'] ?? '.';
const seconds = toy ? 1 : 6;
const turns = toy ? 1 : 7;
const connections = 64;
const limit = 10;
const products = readProducts({ most: toy ? 500 : 20_000 });
const path = '/v1/collections/products/search';

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function serving(data: string, from: string): Promise<BenchServer> {
  const server = await BenchServer.start(data, [], from);
  await server.json('/v1/collections', { name: 'products' });
  const lines = products.documents.map(({ id, title }) => ({ id, fields: { title } }));
  for (let at = 0; at < lines.length; at += 5_000)
    await server.writeLines('/v1/collections/products/documents', lines.slice(at, at + 5_000));
  for (let indexed = 0; indexed < lines.length; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ indexed } = await server.json<{ indexed: number }>('/v1/collections/products'));
  }
  return server;
}

async function asked(server: BenchServer, mode: string) {
  const bodies = products.queries.map((text) => JSON.stringify({ text, mode, limit }));
  const { allMs: before } = server.cpu();
  const result = await closedLoop({ url: server.url, path, bodies, connections, seconds });
  const { total } = result.requests;
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} of ${total} searches failed`);
  return { perSecond: total / result.duration, cpuMs: (server.cpu().allMs - before) / total };
}

const folder = mkdtempSync(join(tmpdir(), 'attune-bench-'));
const servers: BenchServer[] = [];
try {
  servers.push(await serving(join(folder, 'before'), checkout));
  servers.push(await serving(join(folder, 'after'), '.'));
  for (const mode of ['vector', 'hybrid']) {
    const [rates, times]: [number[][], number[][]] = [
      [[], []],
      [[], []],
    ];
    for (const server of servers) await asked(server, mode);
    for (let turn = 0; turn < turns; turn++) {
      const inTurn = [...servers.entries()];
      if (turn % 2 === 1) inTurn.reverse();
      for (const [i, server] of inTurn) {
        const { perSecond, cpuMs } = await asked(server, mode);
        rates[i]!.push(perSecond);
        times[i]!.push(cpuMs);
      }
    }
    const [rateBefore, rateAfter, msBefore, msAfter] = [...rates, ...times].map(median) as [
      number,
      number,
      number,
      number,
    ];
    report({
      benchmark: 'server-before',
      name: mode,
      data: products.name,
      count: products.documents.length,
      connections,
      turns,
      before: execFileSync('git', ['-C', checkout, 'rev-parse', '--short=12', 'HEAD'], {
        encoding: 'utf8',
      }).trim(),
      rateRatio: rounded(rateAfter / rateBefore),
      cpuRatio: rounded(msBefore / msAfter),
      perSecond: [rateBefore, rateAfter].map(rounded),
      cpuMsPerRequest: [msBefore, msAfter].map(rounded),
    });
  }
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}
