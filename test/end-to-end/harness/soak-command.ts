/** npm run test:soak -- [--minutes 60] [--rate 40] [--out FILE]: a line a sample, the verdict, and 1 when memory is not flat. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { soak } from './soak-run.js';
import { type Sample, soakVerdict } from './soak-verdict.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '40' },
    documents: { type: 'string', default: '5000' },
    sample: { type: 'string', default: '10' },
    'job-minutes': { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'build/soak.json' },
  },
});
const number = (name: Exclude<keyof typeof values, 'out'>) => {
  const value = Number(values[name]);
  if (value > 0) return value;
  process.stderr.write(`Expected --${name} to be a number above 0, but received ${values[name]}\n`);
  process.exit(2);
};

const columns: [string, (sample: Sample) => string][] = [
  ['min', ({ minutes }) => minutes.toFixed(1)],
  ['rss', ({ rssMB }) => rssMB.toFixed(0)],
  ['heap', ({ heapMB }) => heapMB.toFixed(0)],
  ['ext', ({ externalMB }) => externalMB.toFixed(0)],
  ['fds', ({ fds }) => `${fds}`],
  ['thr', ({ threads }) => `${threads}`],
  ['jobs', ({ jobsRssMB }) => jobsRssMB.toFixed(0)],
  [
    'req/s',
    ({ answered, seconds }) => ((answered.search + answered.event + answered.write) / seconds).toFixed(0),
  ],
  ['p50', ({ p50Ms }) => p50Ms.toFixed(1)],
  ['p99', ({ p99Ms }) => p99Ms.toFixed(1)],
  ['loop', ({ eventLoopMaxMs }) => eventLoopMaxMs.toFixed(0)],
  ['err', ({ errors }) => `${errors}`],
  ['shed', ({ shed }) => `${shed}`],
];
const row = (cells: readonly string[]) => `${cells.map((cell) => cell.padStart(6)).join(' ')}\n`;

process.stdout.write('MB of the server (rss, heap, ext) and of its jobs; ms from when a request was due\n');
process.stdout.write(row(columns.map(([name]) => name)));
const options = {
  minutes: number('minutes'),
  perSecond: number('rate'),
  documents: number('documents'),
  sampleSeconds: number('sample'),
  jobMinutes: number('job-minutes'),
  seed: number('seed'),
};
const { samples, jobs, failures } = await soak({
  ...options,
  onSample: (sample) =>
    process.stdout.write(row(columns.map(([, show]) => show(sample))).replace('\n', `  ${sample.working}\n`)),
});
const verdict = soakVerdict(samples, jobs);
writeFileSync(values.out, `${JSON.stringify({ options, verdict, failures, samples }, null, 1)}\n`);
const { slope, low, high } = verdict.rssMBPerHour;
process.stdout.write(
  `\n${verdict.requests} requests in ${verdict.minutes.toFixed(1)} minutes, ${verdict.errors} errors, ${verdict.shed} shed, ` +
    `p50 ${verdict.p50Ms.toFixed(1)} ms, worst p99 of a window ${verdict.p99WorstMs.toFixed(0)} ms\n` +
    `rss over the last two thirds: ${slope.toFixed(1)} MB an hour (95 %: ${low.toFixed(1)} to ${high.toFixed(1)}), ` +
    `median ${verdict.rssMedianMB.toFixed(0)} MB, largest ${verdict.rssMaxMB.toFixed(0)} MB\n` +
    `jobs: ${verdict.jobsFinished} finished, ${verdict.jobsFailed} failed; open files ${verdict.fdsFirst} -> ${verdict.fdsLast}; ` +
    `longest block of the event loop ${verdict.eventLoopWorstMs.toFixed(0)} ms\n` +
    `${verdict.flat ? 'flat' : `NOT FLAT: ${verdict.why.join('; ')}`}\nsamples: ${values.out}\n`,
);
for (const failure of failures) process.stderr.write(`${failure}\n`);
process.exitCode = verdict.flat ? 0 : 1;
