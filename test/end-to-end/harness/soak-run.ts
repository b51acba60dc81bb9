/** Hours of mixed load on a server that learns meanwhile, with a sample of its memory every few seconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpClient } from './http.js';
import { LoadMix } from './load-mix.js';
import { readMetrics } from './metrics.js';
import { childrenOf, processFigures } from './process-figures.js';
import { Random } from './random.js';
import { ServerProcess } from './server-process.js';
import type { Sample } from './soak-verdict.js';
import { someQuery, someTitle } from './words.js';

export interface SoakOptions {
  minutes: number;
  perSecond: number;
  documents: number;
  sampleSeconds: number;
  /** A job is started this often: a training and a cycle of learning in turn. */
  jobMinutes: number;
  seed: number;
  onSample?: ((sample: Sample) => void) | undefined;
}

export interface SoakOutcome {
  samples: Sample[];
  jobs: { finished: number; failed: number };
  /** The first errors of requests and jobs. */
  failures: string[];
}

const collection = 'soak';

/** A training that lasts about a minute. */
const trainingEpochs = 200;

export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'attune-soak-'));
  let server: ServerProcess | undefined;
  try {
    server = await ServerProcess.ready(join(folder, 'data'), { connections: 32 });
    return await underLoad(server, options);
  } finally {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function underLoad(server: ServerProcess, options: SoakOptions): Promise<SoakOutcome> {
  const { client } = server;
  const random = new Random(options.seed);
  await fill(client, random, options.documents);
  await uploadDataset(client, random, options.documents);
  const mix = new LoadMix(client, random.fork(1), { collection, ...options });
  const jobs = new SoakJobs(client);
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const minutes = () => (performance.now() - startedAt) / 60_000;
  let nextJob = Math.min(options.jobMinutes, options.minutes / 4);
  mix.start();
  while (minutes() < options.minutes) {
    await new Promise((resolve) => setTimeout(resolve, options.sampleSeconds * 1000));
    const sample = {
      ...(await sampleOf(server)),
      ...mix.take(),
      minutes: minutes(),
      working: await jobs.working(),
    };
    samples.push(sample);
    options.onSample?.(sample);
    if (minutes() >= nextJob && sample.working === '') {
      await jobs.startNext();
      nextJob = minutes() + options.jobMinutes;
    }
  }
  await mix.stop();
  await jobs.last();
  return { samples, jobs: jobs.counts, failures: [...mix.failures, ...jobs.failures] };
}

async function fill(client: HttpClient, random: Random, documents: number): Promise<void> {
  await client.json('/v1/collections', { body: { name: collection } });
  for (let from = 0; from < documents; from += 1_000) {
    const count = Math.min(1_000, documents - from);
    const lines = Array.from({ length: count }, (_, i) => ({
      id: `item-${from + i}`,
      fields: { title: someTitle(random) },
      attributes: { stock: i % 100 },
    }));
    const last = from + count >= documents ? '?refresh=wait' : '';
    await client.lines(`/v1/collections/${collection}/documents${last}`, lines, { timeoutMs: 120_000 });
  }
}

async function uploadDataset(client: HttpClient, random: Random, documents: number): Promise<void> {
  const line = (row: object) => `${JSON.stringify(row)}\n`;
  const put = (file: string, body: string) =>
    client.json(`/v1/datasets/soak/files/${file}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/octet-stream' },
    });
  const titles = Array.from({ length: Math.min(documents, 3_000) }, () => someTitle(random));
  await put(
    'train.jsonl',
    titles
      .flatMap((title, i) => [
        line({ query: title.split(' ').slice(1, 3).join(' '), product_id: `item-${i}`, title, score: 1 }),
        line({ query: someQuery(random), product_id: `item-${i}`, title, score: 0.2 }),
      ])
      .join(''),
  );
}

async function sampleOf(server: ServerProcess) {
  const metrics = await readMetrics(server.client);
  const own = processFigures(server.pid);
  const children = childrenOf(server.pid).flatMap((pid) => processFigures(pid) ?? []);
  const megabytes = (name: string) => (metrics.get(name) ?? 0) / 2 ** 20;
  return {
    rssMB: own?.rssMB ?? 0,
    fds: own?.fds ?? 0,
    threads: own?.threads ?? 0,
    heapMB: megabytes('nodejs_heap_size_used_bytes'),
    externalMB: megabytes('nodejs_external_memory_bytes'),
    eventLoopMaxMs: 1000 * (metrics.get('nodejs_eventloop_lag_max_seconds') ?? 0),
    jobs: children.length,
    jobsRssMB: children.reduce((sum, { rssMB }) => sum + rssMB, 0),
  };
}

/** A training and a cycle in turn, one at a time. */
class SoakJobs {
  readonly #client: HttpClient;
  #current: string | undefined;
  #count = 0;
  readonly counts = { finished: 0, failed: 0 };
  readonly failures: string[] = [];

  constructor(client: HttpClient) {
    this.#client = client;
  }

  async startNext(): Promise<void> {
    this.#count += 1;
    const body =
      this.#count % 2 === 1
        ? { kind: 'train', dataset: 'soak', name: `soak-${this.#count}`, epochs: trainingEpochs }
        : { kind: 'cycle', collection };
    const { id } = await this.#client.json<{ id: string }>('/v1/jobs', { body });
    this.#current = id;
  }

  /** What the job under way is doing; an empty text when there is none. */
  async working(): Promise<string> {
    if (!this.#current) return '';
    const job = await this.#client.json<{
      kind: string;
      state: string;
      step: string;
      error: { code: string; message: string } | null;
    }>(`/v1/jobs/${this.#current}`);
    if (job.state === 'waiting' || job.state === 'running') return `${job.kind}: ${job.step}`;
    this.#current = undefined;
    if (job.state === 'finished') this.counts.finished += 1;
    else {
      this.counts.failed += 1;
      this.failures.push(`${job.kind} ${job.state}: ${job.error?.code} ${job.error?.message.slice(0, 400)}`);
    }
    return '';
  }

  /** Waits for the job that is under way, five minutes at most. */
  async last(): Promise<void> {
    for (let waited = 0; waited < 300 && (await this.working()) !== ''; waited++)
      await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
