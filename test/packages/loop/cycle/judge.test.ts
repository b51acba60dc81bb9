import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { type CycleStep, openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { judge } from '../../../../packages/loop/src/cycle/judge.js';
import { type CycleLab, golden, openLab } from './cycle-lab.js';

let lab: CycleLab;
beforeAll(async () => {
  lab = await openLab(1500);
});

/** What is in service, judged against itself. */
async function judged(name: string, more: Parameters<CycleLab['optionsOf']>[1] = {}) {
  const said: [CycleStep, string][] = [];
  const cycle = await openCycle(lab.optionsOf(name, { onStep: (...each) => said.push(each), ...more }));
  const collected = await collect(cycle);
  await judge(cycle, collected, collected.serving);
  return { cycle, collected, said };
}

describe('judging', () => {
  it('finds no difference between what is in service and itself', async () => {
    const { cycle } = await judged('itself');
    const { golden: onGolden, newest, latency } = cycle.record.evaluations;
    expect(onGolden!.candidate).toEqual(onGolden!.serving);
    expect(onGolden!.candidate).toHaveLength(golden.queries.length);
    expect(newest!.scores.candidate).toEqual(newest!.scores.serving);
    expect(newest!.shownAt10).toEqual({ candidate: 1, serving: 1 });
    expect(latency).toMatchObject({ turns: 15 });
    expect(latency!.low).toBeLessThanOrEqual(latency!.high);
  });

  it('judges without a golden set by the newest queries alone', async () => {
    const { cycle } = await judged('without', { golden: undefined });
    expect(cycle.record.evaluations.golden).toBeUndefined();
    expect(cycle.record.evaluations.newest!.scores.candidate.length).toBeGreaterThan(0);
  });

  it('takes no time where nothing was asked', async () => {
    const cycle = await openCycle(lab.optionsOf('nothing', { golden: undefined, events: [] }));
    const collected = await collect(cycle);
    await judge(cycle, collected, collected.serving);
    expect(cycle.record.evaluations.latency).toBeUndefined();
    expect(cycle.record.evaluations.newest!.scores.candidate).toHaveLength(0);
  });

  it('judges once: a second run gives the same, also the same time', async () => {
    const first = await judged('twice');
    const second = await judged('twice');
    expect(second.cycle.record.evaluations).toEqual(first.cycle.record.evaluations);
    expect(second.said.filter(([step]) => step === 'judge').map(([, detail]) => detail)).toEqual([
      'the newest queries',
      'the golden set',
      'the time of a search',
    ]);
  });
});
