import { choose } from './choose.js';
import { collect } from './collect.js';
import { type Cycle, type CycleOptions, type CycleRecord, openCycle } from './cycle.js';
import { decide } from './decide.js';
import { judge } from './judge.js';
import { knownTexts } from './known-texts.js';
import { type CycleLearned, cycleLearned } from './learned.js';
import { train } from './train.js';
import { validate } from './validate.js';

/** The record of a cycle that has ended. */
export type CycleResult = CycleRecord & {
  decision: NonNullable<CycleRecord['decision']>;
  feedback: NonNullable<CycleRecord['feedback']>;
  /** How much was learned from. */
  learned: CycleLearned;
};

/**
 * One turn of learning: feedback becomes a dataset, is validated and learned from, and the candidate is judged against what is in
 * service. What cannot be continued ends in a decision with its reasons. Nothing is put into service here.
 *
 * @throws {AttuneError} CANCELLED; BUNDLE_… for the serving bundle; as the files' and the training's own failures
 */
export async function runCycle(options: CycleOptions): Promise<CycleResult> {
  const cycle = await openCycle(options);
  await runSteps(cycle);
  return { ...cycle.record, learned: cycleLearned(cycle.record) } as CycleResult;
}

async function runSteps(cycle: Cycle): Promise<void> {
  const { record } = cycle;
  const collected = await collect(cycle);
  if (record.decision) return;
  const dataset = await validate(cycle, collected);
  if (record.decision) return;
  const readings = await knownTexts(cycle, collected, dataset);
  if (record.decision) return;
  const { encoder, goldenVectors } = await train(cycle, dataset);
  let candidate: Awaited<ReturnType<typeof choose>> | undefined;
  if (encoder) {
    candidate = await choose(cycle, collected, { encoder, dataset });
    await judge(cycle, collected, candidate);
  }
  decide(cycle, { goldenVectors, readings }, candidate);
}
