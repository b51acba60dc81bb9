// How many exact searches a second, and how near that is to what the machine allows.
// One query reads every stored vector once, so its ceiling is the bandwidth of memory: 23-27 GB/s on 2 Zen 4 cores. Many
// share each read, so theirs is arithmetic: 227 GFLOP/s in float32 on the same machine, the choice of the best k included.
//
// With ATTUNE_PYTHON, a Python that has faiss-cpu and numpy, the rival runs in turn with us on the same vectors:
//   ATTUNE_PYTHON=python3 npm run bench -- flat-index
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { addon } from '@attune/binding';
import { FlatIndex, type Metric } from '@attune/indexes';
import { measure, type Times } from '../lib/measure.js';
import { report, rounded } from '../lib/report.js';
import { hashedVectors } from '../lib/vectors.js';

interface Scenario {
  name: string;
  metric: Metric;
  count: number;
  dim: number;
  batch: number;
  k: number;
  runs: number;
}

const k = 10;
const products = { metric: 'cosine', count: 54_667, dim: 384, k } as const; // Home Depot's, as MiniLM encodes them
const full: Scenario[] = [
  { name: 'in-cache', metric: 'cosine', count: 2_000, dim: 384, batch: 1, k, runs: 300 },
  { name: 'products', ...products, batch: 1, runs: 50 },
  { name: 'products', ...products, batch: 16, runs: 30 },
  { name: 'products', ...products, batch: 256, runs: 9 },
  { name: 'products-l2', ...products, metric: 'l2', batch: 256, runs: 5 },
  { name: 'low-dim', metric: 'cosine', count: 300_000, dim: 100, batch: 256, k, runs: 5 },
];
const toy = process.env['ATTUNE_BENCH_TOY'] === '1';
const scenarios = toy ? full.map((scenario) => ({ ...scenario, count: 500, runs: 2 })) : full;
const rounds = toy ? 1 : 3;

const python = process.env['ATTUNE_PYTHON'];
// From build/benchmarks/search, where this file runs.
const rivalScript = fileURLToPath(new URL('../../../benchmarks/search/faiss_flat.py', import.meta.url));

/** The better of FAISS as it comes and FAISS that uses BLAS for fewer queries. */
interface RivalAnswer extends Times {
  asItComesMedianMs: number;
  version: string;
  /** Rows of the first query, to see that both searched the same vectors. */
  rows: number[];
}

function measureRival(scenario: Scenario): RivalAnswer | undefined {
  if (!python) return undefined;
  const input = JSON.stringify({ ...scenario, threads: addon.runtimeInfo().threads, warmup: 2 });
  return JSON.parse(execFileSync(python, [rivalScript], { input, encoding: 'utf8' })) as RivalAnswer;
}

const medianOf = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const minOf = (values: number[]) => Math.min(...values);

for (const scenario of scenarios) {
  const { name, metric, count, dim, batch, runs } = scenario;
  const index = new FlatIndex({ dim, metric });
  index.add(hashedVectors(count, dim, { seed: 1 }));
  const queries = hashedVectors(batch, dim, { seed: 2 });
  const { rows } = await index.search(queries, { k });

  const ours: Times[] = [];
  const theirs: RivalAnswer[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(() => index.search(queries, { k }), { warmup: 2, runs }));
    const rival = measureRival(scenario);
    if (rival) theirs.push(rival);
  }
  const medianMs = medianOf(ours.map((times) => times.medianMs));
  const rivalMs = theirs.length > 0 ? medianOf(theirs.map((times) => times.medianMs)) : undefined;
  const minMs = minOf(ours.map((times) => times.minMs));
  const bytes = count * dim * 4;
  report({
    benchmark: 'flat-index',
    name,
    metric,
    count,
    dim,
    batch,
    k,
    medianMs: rounded(medianMs),
    minMs: rounded(minMs),
    p95Ms: rounded(medianOf(ours.map((times) => times.p95Ms))),
    queriesPerSecond: rounded((batch / medianMs) * 1000),
    gigabytesPerSecond: rounded(bytes / medianMs / 1e6),
    gigaflopsPerSecond: rounded((2 * batch * count * dim) / medianMs / 1e6),
    ...(rivalMs !== undefined && {
      rival: `FAISS ${theirs[0]!.version} Flat`,
      rivalMedianMs: rounded(rivalMs),
      rivalAsItComesMedianMs: rounded(medianOf(theirs.map((times) => times.asItComesMedianMs))),
      rivalMinMs: rounded(minOf(theirs.map((times) => times.minMs))),
      timesFasterThanRival: rounded(rivalMs / medianMs),
      sameRows: theirs[0]!.rows.every((row, i) => row === rows[i]),
    }),
  });
}
