import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Service } from '@attune/service';
import type { BundleRecord, DecisionRecord, JobRecord, RecordChange } from '@attune/store';
import { beforeAll, describe, expect, it } from 'vitest';
import { Retention } from '../../../packages/service/src/retention/retention.js';
import { type JobLab, openLab, temporaryFolder, until, upload } from '../jobs/job-lab.js';
import { smallShop, writeSmallBase } from '../tune/small-shop.js';

const scratch = temporaryFolder();
let base: string;
beforeAll(async () => {
  base = await writeSmallBase(join(scratch, 'base'), 1);
});

const now = Date.now();
const daysAgo = (days: number) => now - days * 24 * 60 * 60 * 1000;

/** Ids that sort by their number, as those of jobs do by time. */
const idOf = (n: number) => `${String(n).padStart(9, '0')}-aaaaaaaa`;
const candidateOf = (n: number) => `shop-${idOf(n)}`;

const validated = (more: Partial<JobRecord> = {}): JobRecord => ({
  kind: 'validate',
  request: { dataset: 'shop' },
  state: 'finished',
  step: 'finished',
  progress: 1,
  attempts: 1,
  createdAt: now,
  startedAt: now,
  finishedAt: now,
  result: null,
  error: null,
  ...more,
});

const learned = (event: number | undefined, request: object = {}, more: Partial<JobRecord> = {}): JobRecord =>
  validated({
    kind: 'cycle',
    request: { collection: 'shop', ...request },
    result: event === undefined ? null : { throughEvent: event },
    ...more,
  });

/** A data folder with the collection `shop` in service. */
async function shopFolder(name: string): Promise<string> {
  const folder = join(scratch, name);
  const service = await Service.open(folder);
  await service.models.import('small-base', base);
  await service.createCollection('shop', { bundle: 'small-base' });
  await service.close();
  return folder;
}

/** Records of jobs 1, 2, …, and their folders with a report each. */
async function putJobs(lab: JobLab, records: readonly JobRecord[]): Promise<void> {
  await lab.store.change(records.map((put, i) => ({ kind: 'job', name: idOf(i + 1), put })));
  for (const [i] of records.entries()) {
    mkdirSync(join(lab.folder, 'jobs', idOf(i + 1)), { recursive: true });
    writeFileSync(join(lab.folder, 'jobs', idOf(i + 1), 'result.json'), '{}');
  }
}

const bundle = (job: string | null): BundleRecord => ({
  createdAt: now,
  fingerprint: `of ${job}`,
  kind: 'static',
  dim: 8,
  base: 'small-base',
  job,
});

/** A candidate of the cycle of this number, registered and decided upon. */
async function putCandidate(lab: JobLab, n: number, verdict: DecisionRecord['verdict']): Promise<void> {
  const decision = { createdAt: now, job: idOf(n), candidate: candidateOf(n), verdict, report: { n } };
  const changes: RecordChange[] = [
    { kind: 'bundle', name: candidateOf(n), put: bundle(idOf(n)) },
    { kind: 'decision', name: `shop/${idOf(n)}`, put: decision },
  ];
  await lab.store.change(changes);
  mkdirSync(join(lab.folder, 'bundles', candidateOf(n)), { recursive: true });
}

function retentionOf(lab: JobLab, settings: { jobs?: number; jobDays?: number; refusedCandidates?: number }) {
  const said: string[] = [];
  const { store, jobs, models } = lab;
  const whole = { jobs: 1000, jobDays: 90, refusedCandidates: 5, ...settings };
  const log = (level: string, message: string) => said.push(`${level}: ${message}`);
  return { said, retention: new Retention({ store, jobs, models, settings: whole, log }) };
}

/** The numbers of the jobs that have a record, and of those that have a folder. */
async function jobsOf(lab: JobLab) {
  const number = (name: string) => Number(name.slice(0, 9));
  return {
    records: (await lab.store.list('job')).map(({ name }) => number(name)),
    folders: readdirSync(join(lab.folder, 'jobs')).map(number),
  };
}

const modelsOf = async (lab: JobLab) => (await lab.models.list()).map(({ name }) => name);

describe('jobs that have ended', () => {
  it('are kept up to a number, with their folders; those that have not ended stay', async () => {
    const lab = await openLab(await shopFolder('number'));
    const running = validated({ state: 'running', finishedAt: null });
    await putJobs(lab, [validated(), running, validated(), validated({ state: 'failed' }), validated()]);
    const { retention, said } = retentionOf(lab, { jobs: 2 });
    await retention.sweep();
    expect(await jobsOf(lab)).toEqual({ records: [2, 4, 5], folders: [2, 4, 5] });
    expect(said).toEqual(['info: 2 ended jobs were removed, the oldest first.']);
    await retention.sweep();
    expect(said).toHaveLength(1);
    await lab.close();
  });

  it('are kept for a number of days', async () => {
    const lab = await openLab(await shopFolder('days'));
    const ended = (days: number) => validated({ createdAt: daysAgo(200), finishedAt: daysAgo(days) });
    await putJobs(lab, [ended(91), ended(89), ended(120), ended(0)]);
    const { retention } = retentionOf(lab, {});
    await retention.sweep();
    expect(await jobsOf(lab)).toEqual({ records: [2, 4], folders: [2, 4] });
    await lab.close();
  });

  it('stay where the next cycle needs them: it begins behind the last event of the last one', async () => {
    const lab = await openLab(await shopFolder('last-cycle'));
    const gone = { collection: 'gone' };
    await putJobs(lab, [
      learned(5),
      learned(9),
      learned(11, { dryRun: true }),
      learned(undefined),
      learned(7, gone),
      validated(),
    ]);
    const { retention } = retentionOf(lab, { jobs: 1 });
    await retention.sweep();
    expect(await jobsOf(lab)).toEqual({ records: [2, 6], folders: [2, 6] });
    await lab.close();
  });

  it('lose their idempotency keys with their records, and not before', async () => {
    const folder = await shopFolder('keys');
    const before = await openLab(folder);
    await upload(before.datasets, 'shop', smallShop(), scratch);
    const withKey = (idempotencyKey: string) => validated({ request: { dataset: 'shop', idempotencyKey } });
    await putJobs(before, [withKey('old'), withKey('new')]);
    await before.close();
    const lab = await openLab(folder);
    const ask = (idempotencyKey: string) =>
      lab.jobs.start('validate', { dataset: 'shop' }, { idempotencyKey });
    expect((await ask('old')).id).toBe(idOf(1));
    await retentionOf(lab, { jobs: 1 }).retention.sweep();
    expect((await ask('new')).id).toBe(idOf(2));
    const { id } = await ask('old');
    expect(id).not.toBe(idOf(1));
    expect((await ask('old')).id).toBe(id);
    await expect(lab.jobs.get(idOf(1))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await until(lab.jobs, id);
    await lab.close();
  });

  it('keep record and key when the record cannot be removed', async () => {
    const folder = await shopFolder('unwritable');
    const before = await openLab(folder);
    await putJobs(before, [validated({ request: { dataset: 'shop', idempotencyKey: 'k' } }), validated()]);
    await before.close();
    const lab = await openLab(folder);
    const change = lab.store.change.bind(lab.store);
    lab.store.change = () => Promise.reject(new Error('the disk is full'));
    const { retention, said } = retentionOf(lab, { jobs: 1 });
    await retention.sweep();
    lab.store.change = change;
    expect(said).toEqual(['warn: Old jobs could not be removed: the disk is full']);
    expect(await jobsOf(lab)).toEqual({ records: [1, 2], folders: [1, 2] });
    expect((await lab.jobs.start('validate', { dataset: 'shop' }, { idempotencyKey: 'k' })).id).toBe(idOf(1));
    await lab.close();
  });
});

describe('candidates that the gate refused', () => {
  it('are kept up to a number for each collection; every decision is kept', async () => {
    const lab = await openLab(await shopFolder('refused'));
    for (const n of [1, 2, 3, 4]) await putCandidate(lab, n, n === 2 ? 'no decision' : 'refuse');
    const { retention, said } = retentionOf(lab, { refusedCandidates: 2 });
    await retention.sweep();
    expect(await modelsOf(lab)).toEqual([candidateOf(3), candidateOf(4), 'small-base']);
    expect(readdirSync(join(lab.folder, 'bundles')).sort()).toEqual([
      candidateOf(3),
      candidateOf(4),
      'small-base',
    ]);
    const decisions = await lab.store.list('decision');
    expect(decisions.map(({ value }) => value.report)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
    expect(said.join('\n')).toContain(`info: The model "${candidateOf(1)}" was removed`);
    await lab.close();
  });

  it('stay while a release or an unfinished job names them; so does what passed, or was brought in by hand', async () => {
    const lab = await openLab(await shopFolder('used'));
    for (const n of [1, 2, 4, 5, 9]) await putCandidate(lab, n, 'refuse');
    await putCandidate(lab, 3, 'promote');
    const first = (await lab.store.get('release', 'shop/1'))!.value;
    const waiting = validated({
      kind: 'evaluate',
      request: { dataset: 'shop', model: candidateOf(2) },
      state: 'waiting',
      finishedAt: null,
    });
    await lab.store.change([
      { kind: 'release', name: 'shop/2', put: { ...first, bundle: candidateOf(1), reason: 'hand' } },
      { kind: 'job', name: idOf(8), put: waiting },
      { kind: 'job', name: idOf(9), put: learned(1, {}, { state: 'running', finishedAt: null }) },
      // Of that name, but not made by that job; and made by a job, but not by a cycle.
      { kind: 'bundle', name: candidateOf(6), put: bundle(null) },
      { kind: 'bundle', name: 'trained', put: bundle(idOf(7)) },
    ]);
    await retentionOf(lab, { refusedCandidates: 0 }).retention.sweep();
    expect(await modelsOf(lab)).toEqual(
      [...[1, 2, 3, 6, 9].map(candidateOf), 'small-base', 'trained'].sort(),
    );
    await lab.close();
  });

  it('stay while they are being put into service', async () => {
    const lab = await openLab(await shopFolder('held'));
    await putCandidate(lab, 1, 'refuse');
    const { retention, said } = retentionOf(lab, { refusedCandidates: 0 });
    await lab.models.hold(candidateOf(1), async ({ name }) => {
      await retention.sweep();
      expect(said).toEqual([
        expect.stringMatching(/^warn: The model .* could not be removed: .* into service/),
      ]);
      expect(existsSync(join(lab.folder, 'bundles', name))).toBe(true);
    });
    await retention.sweep();
    expect(await modelsOf(lab)).toEqual(['small-base']);
    await lab.close();
  });
});

describe('what is no longer kept', () => {
  it('is cleared at the next start where a crash cut its removal short', async () => {
    const folder = await shopFolder('crash');
    // Records go first, then each folder is renamed, then removed: these are the states between.
    for (const left of ['jobs/000000001-aaaaaaaa', 'jobs/.partial-000000002-aaaaaaaa-1-0123456789abcdef'])
      mkdirSync(join(folder, left), { recursive: true });
    mkdirSync(join(folder, 'bundles', candidateOf(1)));
    mkdirSync(join(folder, 'bundles', `.partial-${candidateOf(2)}-1-0123456789abcdef`));
    const lab = await openLab(folder);
    expect(readdirSync(join(folder, 'jobs'))).toEqual([]);
    expect(readdirSync(join(folder, 'bundles'))).toEqual(['small-base']);
    await lab.close();
  });

  it('goes at the start of the service, and when a job has ended', async () => {
    const folder = await shopFolder('wired');
    const lab = await openLab(folder);
    await upload(lab.datasets, 'shop', smallShop(), scratch);
    await putJobs(lab, [validated(), validated(), validated()]);
    for (const n of [1, 2]) await putCandidate(lab, n, 'refuse');
    await lab.close();
    const service = await Service.open(folder, { retention: { jobs: 2, refusedCandidates: 1 } });
    const ids = async () => (await service.jobs.list()).map(({ id }) => id);
    await expect.poll(ids).toEqual([idOf(3), idOf(2)]);
    await expect
      .poll(async () => (await service.models.list()).map(({ name }) => name))
      .toEqual([candidateOf(2), 'small-base']);
    const { id } = await service.jobs.start('validate', { dataset: 'shop' });
    await until(service.jobs, id);
    await expect.poll(ids).toEqual([id, idOf(3)]);
    await service.close();
    expect(readdirSync(join(folder, 'jobs')).sort()).toEqual([idOf(3), id].sort());
  });
});
