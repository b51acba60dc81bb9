import { Bench } from 'tinybench';

export interface Times {
  medianMs: number;
  /** The best that was seen: what the machine can do when nothing else runs on it. */
  minMs: number;
  p95Ms: number;
}

/** Times a call, one run after another; `warmup` runs come first and do not count. */
export async function measure(
  call: () => unknown,
  { warmup, runs }: { warmup: number; runs: number },
): Promise<Times> {
  const bench = new Bench({
    time: 0,
    iterations: runs,
    warmupTime: 0,
    warmupIterations: warmup,
    retainSamples: true,
    throws: true,
  });
  bench.add('call', async () => {
    await call();
  });
  const [task] = await bench.run();
  const result = task!.result;
  if (!('latency' in result) || !result.latency.samples)
    throw new Error(`Nothing was measured: ${result.state}`);
  const sorted = [...result.latency.samples].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  return { medianMs: at(0.5), minMs: at(0), p95Ms: at(0.95) };
}
