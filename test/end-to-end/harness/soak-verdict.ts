/** Samples of a soak, and what they say of memory: flat, or growing by so much an hour. */
import type { MixWindow } from './load-mix.js';
import { type Slope, slopeOf } from './slope.js';

export interface Sample extends MixWindow {
  /** Since the load began. */
  minutes: number;
  rssMB: number;
  heapMB: number;
  externalMB: number;
  fds: number;
  threads: number;
  /** Processes of jobs and the launcher's, and their memory. */
  jobs: number;
  jobsRssMB: number;
  eventLoopMaxMs: number;
  /** What a job is doing, or an empty text. */
  working: string;
}

export interface SoakVerdict {
  minutes: number;
  samples: number;
  /** Over the last two thirds. */
  rssMBPerHour: Slope;
  heapMBPerHour: Slope;
  rssMedianMB: number;
  rssMaxMB: number;
  fdsFirst: number;
  fdsLast: number;
  requests: number;
  errors: number;
  shed: number;
  p50Ms: number;
  p99WorstMs: number;
  eventLoopWorstMs: number;
  jobsFinished: number;
  jobsFailed: number;
  flat: boolean;
  why: string[];
}

/** What memory may grow by an hour, surely, before it counts as a leak: an hour is too short to see less beside the noise. */
const growthMBPerHour = 40;

export function soakVerdict(
  samples: readonly Sample[],
  jobs: { finished: number; failed: number },
): SoakVerdict {
  // The first third is warm-up: caches fill, the collector finds its size.
  const late = samples.slice(Math.floor(samples.length / 3));
  const hours = late.map(({ minutes }) => minutes / 60);
  const rss = late.map(({ rssMB }) => rssMB);
  const rssSlope = slopeOf(hours, rss);
  const sorted = [...rss].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  const largest = sorted.at(-1) ?? 0;
  const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
  const most = (of: (sample: Sample) => number) =>
    samples.reduce((top, sample) => Math.max(top, of(sample)), 0);
  const first = late[0];
  const last = late.at(-1);
  const middles = late.map(({ p50Ms }) => p50Ms).sort((a, b) => a - b);

  const why: string[] = [];
  // Growing counts when the whole interval lies above the bound: its lower end is what is sure.
  if (rssSlope.low > growthMBPerHour)
    why.push(`memory grows by ${rssSlope.slope.toFixed(1)} MB an hour (at least ${rssSlope.low.toFixed(1)})`);
  if (median > 0 && largest / median > 1.5)
    why.push(`memory peaks at ${(largest / median).toFixed(2)} times its median`);
  if (first && last && last.fds > first.fds + 20)
    why.push(`open files rose from ${first.fds} to ${last.fds}`);
  if (sum(({ errors }) => errors) > 0) why.push(`${sum(({ errors }) => errors)} requests failed`);
  if (jobs.failed > 0) why.push(`${jobs.failed} jobs failed`);
  return {
    minutes: last?.minutes ?? 0,
    samples: samples.length,
    rssMBPerHour: rssSlope,
    heapMBPerHour: slopeOf(
      hours,
      late.map(({ heapMB }) => heapMB),
    ),
    rssMedianMB: median,
    rssMaxMB: largest,
    fdsFirst: first?.fds ?? 0,
    fdsLast: last?.fds ?? 0,
    requests: sum(({ sent }) => sent),
    errors: sum(({ errors }) => errors),
    shed: sum(({ shed }) => shed),
    p50Ms: middles[middles.length >> 1] ?? 0,
    p99WorstMs: most(({ p99Ms }) => p99Ms),
    eventLoopWorstMs: most(({ eventLoopMaxMs }) => eventLoopMaxMs),
    jobsFinished: jobs.finished,
    jobsFailed: jobs.failed,
    flat: why.length === 0,
    why,
  };
}
