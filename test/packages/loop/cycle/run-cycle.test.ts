import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedbackEvent } from '@attune/data';
import { Encoder } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CycleLab, folder, golden, openLab, rules, shop } from './cycle-lab.js';

let cycle: CycleLab['cycle'];
let events: FeedbackEvent[];

beforeAll(async () => {
  ({ cycle, events } = await openLab());
});

describe('a cycle', () => {
  it('learns from clicks, is judged on two sets, and tells all of it', async () => {
    const steps: string[] = [];
    const result = await cycle('whole', { onStep: (step) => steps.push(step) });
    expect([...new Set(steps)]).toEqual(['collect', 'validate', 'train', 'choose', 'judge', 'decide']);
    const { decision, candidate, evaluations, feedback, tuning, validation } = result;
    expect(decision.checks.map(({ name }) => name)).toHaveLength(11);
    expect(evaluations.golden!.candidate).toHaveLength(golden.queries.length);
    expect(evaluations.newest!.scores.candidate.length).toBeGreaterThan(10);
    expect(evaluations.newest!.shownAt10.serving).toBe(1);
    expect(candidate).toMatchObject({ bundle: join(folder, 'whole-candidate') });
    expect((await Encoder.load(candidate!.bundle)).fingerprint).toBe(candidate!.fingerprint);
    expect(feedback.events.used).toBeGreaterThan(1000);
    expect(feedback.learning.pairs).toBeGreaterThan(5);
    expect(tuning!.pairs).toBe(feedback.learning.pairs);
    expect(validation!.rowsRejected).toBe(0);
    expect(result.learned).toMatchObject({
      rows: feedback.events.used,
      of: events.length,
      pairs: tuning!.pairs,
    });
    expect(result.learned.sentence).toContain(`${tuning!.pairs} pairs to learn from`);
    expect(evaluations.latency!.ratio).toBeGreaterThan(0);
  });

  it('ends before training where the model in service knows less than half of the documents', async () => {
    const documents = shop.documents.map((document) => ({
      ...document,
      fields: { title: `台灯${String.fromCodePoint(0x5000 + Number(document.id.slice(5)))}` },
    }));
    const steps: string[] = [];
    const { decision, candidate, tuning } = await cycle('unread', {
      documents,
      onStep: (step) => steps.push(step),
    });
    expect(decision.verdict).toBe('refuse');
    expect(decision.reasons).toEqual([
      expect.stringMatching(/^The vocabulary of base does not know 100 % of what the documents say/),
    ]);
    expect([candidate, tuning]).toEqual([undefined, undefined]);
    expect(steps).not.toContain('train');
  });

  it('gives the same again from the folder, without events, and does no step twice', async () => {
    const before = await cycle('whole');
    const files = readdirSync(join(folder, 'whole')).sort();
    const none = function* (): Generator<FeedbackEvent> {
      yield* [];
      throw new Error('The events were read again.');
    };
    const again = await cycle('whole', { events: none(), documents: [] });
    expect(again).toEqual(before);
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual(files);
    expect(files.filter((file) => file.endsWith('.partial'))).toEqual([]);
  });

  it('comes to the same candidate and decision wherever it was killed', async () => {
    const whole = await cycle('whole');
    let calls = 0;
    await cycle('counted', { onStep: () => ++calls });
    expect(calls).toBeGreaterThan(10);
    for (let last = 1; last <= calls; ++last) {
      const name = `killed-${last}`;
      let call = 0;
      const killed = cycle(name, {
        onStep: () => {
          if (++call === last) throw new Error('killed');
        },
      });
      await expect(killed).rejects.toThrow('killed');
      const resumed = await cycle(name);
      expect(resumed.candidate).toEqual({ ...whole.candidate, bundle: join(folder, `${name}-candidate`) });
      expect(resumed.evaluations.newest).toEqual(whole.evaluations.newest);
      expect(resumed.evaluations.golden).toEqual(whole.evaluations.golden);
      rmSync(join(folder, name), { recursive: true });
    }
  });

  it('goes on from the middle of training, and stops when it is cancelled', async () => {
    const controller = new AbortController();
    const stopped = cycle('stopped', { signal: controller.signal, onTraining: () => controller.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(folder, 'stopped-candidate'))).toBe(false);
    const { fingerprint } = (await cycle('stopped')).candidate!;
    expect(fingerprint).toBe((await cycle('whole')).candidate!.fingerprint);
  });

  it('starts anew in a folder of other work', async () => {
    cpSync(join(folder, 'whole'), join(folder, 'moved'), { recursive: true });
    const other = await cycle('moved', { seed: 2 });
    expect(other.candidate!.fingerprint).not.toBe((await cycle('whole')).candidate!.fingerprint);
  });

  it('makes no decision without a golden set, and none with few queries of either kind', async () => {
    const without = await cycle('without-golden', { golden: undefined });
    expect(without.decision.verdict).toBe('no decision');
    expect(without.decision.reasons.join()).toMatch(/no golden set/);
    const usual = await cycle('whole', {
      rules: { ...rules, leastGoldenQueries: 500, leastNewestQueries: 500 },
    });
    expect(usual.decision.verdict).not.toBe('promote');
    expect(usual.decision.checks.filter(({ passed }) => passed === null)).toHaveLength(2);
    expect(usual.decision.reasons.join()).toMatch(/24 judged queries; 500 are needed/);
  });

  it('makes no decision from too little feedback, and trains nothing', async () => {
    const result = await cycle('little', {
      events: events.slice(0, 60),
      rules: { ...rules, leastPairs: 100 },
    });
    expect(result.decision).toMatchObject({
      verdict: 'no decision',
      checks: [{ name: 'validation', passed: null }],
    });
    expect(result.decision.reasons[0]).toMatch(
      /at least 100 \(query, document\) pairs to learn from, but found \d+\./,
    );
    expect(result.candidate).toBeUndefined();
    expect(result.learned).toMatchObject({ of: 60, pairs: 0 });
    expect(existsSync(join(folder, 'little-candidate'))).toBe(false);
    expect((await cycle('nothing', { events: [] })).decision.verdict).toBe('no decision');
  });

  it('refuses data of which validation leaves out too much, before anything is trained', async () => {
    const documents = shop.documents.map((document, i) =>
      i % 2 ? { ...document, fields: { title: ' ', note: '' } } : document,
    );
    const result = await cycle('dirty', { documents });
    expect(result.decision.verdict).toBe('refuse');
    expect(result.decision.checks.map(({ name }) => name)).toEqual(['validation']);
    expect(result.validation!.rowsRejected).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'dirty-candidate'))).toBe(false);
  });

  it('refuses a candidate whose bundle was damaged', async () => {
    await cycle('damaged');
    const file = join(folder, 'damaged-candidate', 'model.safetensors');
    const bytes = readFileSync(file);
    bytes[bytes.length - 3] = bytes[bytes.length - 3]! ^ 0x40;
    writeFileSync(file, bytes);
    const { decision } = await cycle('damaged');
    expect(decision.verdict).toBe('refuse');
    expect(decision.checks.find(({ name }) => name === 'golden vectors')!.passed).toBe(false);
  });

  it('comes to the same decision when one client clicks one document 10,000 times', async () => {
    const target = events.find(({ documentId }) => documentId !== undefined)!;
    const wrong = target.shown!.at(-1)!;
    const flood = Array.from({ length: 10_000 }, (_, i) => ({
      ...target,
      documentId: wrong,
      clientId: 'poisoner',
      sessionId: `session-${i}`,
      queryId: `flood-${i}`,
      sequence: events.length + i,
    }));
    const honest = await cycle('whole');
    const poisoned = await cycle('poisoned', { events: [...events, ...flood] });
    expect(poisoned.feedback.events.repeated).toBeGreaterThan(9_990);
    expect(poisoned.decision.verdict).toBe(honest.decision.verdict);
    expect(poisoned.decision.checks.map(({ passed }) => passed)).toEqual(
      honest.decision.checks.map(({ passed }) => passed),
    );
    for (const set of ['golden set', 'newest time slice']) {
      const differenceOf = ({ decision }: typeof honest) =>
        decision.checks.find(({ name }) => name === `${set}: NDCG@10`)!.numbers['difference']!;
      expect(Math.abs(differenceOf(poisoned) - differenceOf(honest))).toBeLessThan(0.01);
    }
  });

  it('learns from datasets beside the events', async () => {
    const few = events.slice(0, 300);
    const alone = await cycle('no-datasets', { events: few });
    const { feedback, candidate } = await cycle('datasets', {
      datasets: [{ ...shop, slices: [] }],
      events: few,
    });
    expect(feedback.learning.datasetPairs).toBeGreaterThan(20);
    expect(feedback.learning.pairs).toBe(alone.feedback.learning.pairs);
    expect(candidate!.fingerprint).not.toBe(alone.candidate?.fingerprint);
  });
});
