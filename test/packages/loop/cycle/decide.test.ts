import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { decide } from '../../../../packages/loop/src/cycle/decide.js';
import { judge } from '../../../../packages/loop/src/cycle/judge.js';
import { knownTexts } from '../../../../packages/loop/src/cycle/known-texts.js';
import { validate } from '../../../../packages/loop/src/cycle/validate.js';
import { type CycleLab, openLab } from './cycle-lab.js';

let lab: CycleLab;
beforeAll(async () => {
  lab = await openLab(1500);
});

const comesOut = { match: true, said: 'They come out.' };

describe('deciding', () => {
  it('goes by what is on record: a candidate that is what is in service passes every check', async () => {
    const cycle = await openCycle(lab.optionsOf('passes'));
    const collected = await collect(cycle);
    const dataset = await validate(cycle, collected);
    await judge(cycle, collected, collected.serving);
    const readings = await knownTexts(cycle, collected, dataset);
    const decision = decide(cycle, { goldenVectors: comesOut, readings }, collected.serving);
    expect(cycle.record.decision).toBe(decision);
    expect(decision.checks).toHaveLength(11);
    expect(decision.verdict, decision.reasons.join()).toBe('promote');
  });

  it('refuses where the golden vectors do not come out, whatever else is missing', async () => {
    const cycle = await openCycle(lab.optionsOf('refused'));
    await validate(cycle, await collect(cycle));
    const decision = decide(
      cycle,
      { goldenVectors: { match: false, said: 'They differ.' }, readings: [] },
      undefined,
    );
    expect(decision.verdict).toBe('refuse');
    expect(decision.reasons.join()).toMatch(/They differ/);
  });

  it('makes no decision about what was not found out', async () => {
    const cycle = await openCycle(lab.optionsOf('unknown'));
    const collected = await collect(cycle);
    await judge(cycle, collected, collected.serving);
    const { verdict, checks } = decide(cycle, { goldenVectors: comesOut, readings: [] }, undefined);
    expect(verdict).toBe('no decision');
    const unknown = checks.filter(({ passed }) => passed === null).map(({ name }) => name);
    expect(unknown).toEqual(expect.arrayContaining(['validation', 'known texts', 'index recall']));
  });

  it('is not made once the cycle is cancelled', async () => {
    const controller = new AbortController();
    const cycle = await openCycle(lab.optionsOf('cancelled', { signal: controller.signal }));
    controller.abort();
    expect(() => decide(cycle, { goldenVectors: comesOut, readings: [] }, undefined)).toThrow(
      expect.objectContaining({ code: 'CANCELLED' }),
    );
  });
});
