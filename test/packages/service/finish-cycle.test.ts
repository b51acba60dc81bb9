import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Encoder, readBundle, recordSearch } from '@attune/encode';
import { sealed } from '@attune/files';
import { stepsFolder } from '@attune/jobs';
import type { UbiEvent } from '@attune/schema';
import { type CycleJobResult, Service } from '@attune/service';
import { type JobRecord, type SearchRecord, Store } from '@attune/store';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeCandidateVectors } from '../../../packages/loop/src/cycle/candidate-vectors.js';
import { temporaryFolder, until, writeWideBase } from '../jobs/job-lab.js';
import { smallShop, writeSmallBase } from '../tune/small-shop.js';
import { isReady } from './small-service.js';

const scratch = temporaryFolder();
const shop = smallShop();
/** How words count beside the candidate. */
const chosen = { analyser: 'plain', k1: 1.3, b: 0.5, fields: ['title'], fusionWeight: 0.05 };
let base: string;
let candidate: string;

beforeAll(async () => {
  base = await writeSmallBase(join(scratch, 'base'), 1);
  candidate = await writeSmallBase(join(scratch, 'candidate'), 2);
  await recordSearch(candidate, { settings: chosen, choices: [] });
}, 120_000);

/** A data folder with the small shop in service; what `prepare` gives is closed. */
async function inService(name: string, bundle: string, settings: object = {}): Promise<string> {
  const folder = join(scratch, name);
  const service = await Service.open(folder);
  await service.models.import('small-base', bundle);
  await service.createCollection('shop', { bundle: 'small-base' });
  await service.write(
    'shop',
    shop.documents.map(({ id, fields, attributes }) => ({ op: 'upsert', id, fields, attributes })),
    { refresh: true },
  );
  const { learning } = (await service.store.get('collection', 'shop'))!.value;
  await service.configure('shop', { learning: { ...learning, promotion: 'automatic', ...settings } });
  await service.close();
  return folder;
}

describe('the decision of a cycle, when the server ended before it was carried out', () => {
  const id = '000000001-aaaaaaaa';
  const name = `shop-${id}`;
  const decisionName = `shop/${id}`;
  const learned = { rows: 9, of: 10, leftOut: { withoutQuery: 1 }, sentence: '9 of 10 events used.' };
  const running = (request: object): JobRecord => ({
    kind: 'cycle',
    request: { collection: 'shop', ...request },
    state: 'running',
    step: 'promoting',
    progress: 0,
    attempts: 1,
    createdAt: 1,
    startedAt: 2,
    finishedAt: null,
    result: { throughEvent: 0 },
    error: null,
  });

  /** What lies there when the work is done and nothing is carried out. */
  async function decided(folder: string, request: object = {}): Promise<void> {
    const { fingerprint } = await readBundle(candidate);
    const store = await Store.open(folder);
    await store.change([{ kind: 'job', name: id, put: running(request) }]);
    await store.close();
    const jobFolder = join(folder, 'jobs', id);
    mkdirSync(jobFolder, { recursive: true });
    cpSync(candidate, join(jobFolder, 'candidate', name), { recursive: true });
    const result = {
      comparedWith: 1,
      serving: 'small-base',
      decision: { verdict: 'promote', checks: [], reasons: ['it is better'] },
      candidate: { name, fingerprint, lexical: chosen },
      feedback: {},
      learned,
      encoded: { serving: 0, candidate: 0 },
    };
    writeFileSync(join(jobFolder, 'result.json'), JSON.stringify(sealed({ result })));
  }

  async function carriedOut(folder: string) {
    const service = await Service.open(folder);
    await isReady(service);
    const job = await until(service.jobs, id);
    const releases = await service.releases('shop');
    const decision = await service.store.get('decision', decisionName);
    const { fingerprint } = await service.search('shop', { text: 'lamp', limit: 1 });
    await service.close();
    return { job, result: job.result as CycleJobResult, releases, decision, fingerprint };
  }

  it('is carried out at the next start: kept, registered, promoted, in service', async () => {
    const folder = await inService('decided', base);
    await decided(folder);
    const { job, releases, decision, fingerprint } = await carriedOut(folder);
    expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
    expect(job.result).toMatchObject({
      outcome: 'promoted',
      release: 2,
      decision: decisionName,
      candidate: name,
      learned,
      encoded: { serving: 0, candidate: 0, promotion: shop.documents.length },
    });
    expect(decision!.value).toMatchObject({
      job: id,
      candidate: name,
      verdict: 'promote',
      report: { learned },
    });
    expect(releases).toMatchObject([
      { number: 2, bundle: name, reason: 'gate', of: decisionName, lexical: chosen },
      { number: 1, bundle: 'small-base' },
    ]);
    expect(fingerprint).toBe((await readBundle(candidate)).fingerprint);

    // And once more, as if the server had ended between the promotion and the job's last record.
    await decided(folder);
    const again = await carriedOut(folder);
    expect(again.job).toMatchObject({ state: 'finished', result: { outcome: 'promoted', release: 2 } });
    expect(again.releases).toEqual(releases);
    expect(again.decision).toEqual(decision);
  });

  /** What the cycle leaves of the candidate's vectors: one of each document that is there. */
  async function withVectors(folder: string) {
    const encoder = await Encoder.load(candidate);
    const store = await Store.open(folder);
    const { documents: stored } = await store.documents('shop', { limit: 1000 });
    const documents = stored.map((document) => ({ ...document, version: document.sequence }));
    const vectors = await encoder.encodeDocuments(documents.map(({ fields }) => fields));
    const steps = stepsFolder(join(folder, 'jobs', id));
    mkdirSync(steps);
    await writeCandidateVectors(steps, {
      encoder,
      documents,
      vectors: { vectors, embedded: undefined, encoded: documents.length },
    });
    await store.close();
    return documents;
  }

  it('encodes for the promotion what was written meanwhile, and nothing else', async () => {
    const folder = await inService('meanwhile', base);
    await decided(folder);
    const documents = await withVectors(folder);
    const store = await Store.open(folder);
    const [changed, removed] = documents;
    await store.writeDocuments('shop', [
      { op: 'upsert', id: changed!.id, fields: { title: 'another lamp' } },
      { op: 'delete', id: removed!.id },
      { op: 'upsert', id: 'new', fields: { title: 'a new lamp' } },
      { op: 'upsert', id: 'blank', fields: { title: ' ' } },
    ]);
    await store.close();
    const { result } = await carriedOut(folder);
    expect(result).toMatchObject({ outcome: 'promoted', encoded: { promotion: 2 } });
  });

  it('goes on where the candidate is registered and the decision kept', async () => {
    const folder = await inService('registered', base);
    await decided(folder);
    const { fingerprint } = await readBundle(candidate);
    const store = await Store.open(folder);
    cpSync(candidate, join(folder, 'bundles', name), { recursive: true });
    const record = {
      createdAt: 5,
      fingerprint,
      kind: 'static' as const,
      dim: 48,
      base: 'small-base',
      job: id,
    };
    const kept = { createdAt: 6, job: id, candidate: name, verdict: 'promote' as const, report: null };
    await store.change([
      { kind: 'bundle', name, put: record },
      { kind: 'decision', name: decisionName, put: kept },
    ]);
    await store.close();
    const { job, releases, decision } = await carriedOut(folder);
    expect(job).toMatchObject({ state: 'finished', result: { outcome: 'promoted', release: 2 } });
    expect(decision!.value).toEqual(kept);
    expect(releases.map(({ number }) => number)).toEqual([2, 1]);
  });

  it('waits for a person where promotion is by hand, and does nothing in a dry run', async () => {
    const folder = await inService('by-hand', base, { promotion: 'byHand' });
    await decided(folder);
    await withVectors(folder);
    const byHand = await carriedOut(folder);
    expect(byHand.result).toMatchObject({ verdict: 'promote', outcome: 'waits for a person', release: null });
    expect(byHand.releases).toHaveLength(1);
    expect(byHand.decision!.value.verdict).toBe('promote');
    await decided(folder, { dryRun: true });
    const dry = await carriedOut(folder);
    expect(dry.result).toMatchObject({ outcome: 'dry run', release: null });
    expect(dry.releases).toHaveLength(1);
    const service = await Service.open(folder);
    await isReady(service);
    // The vectors were kept for it: a start removes those of no use, and these are of use.
    expect(await service.promote('shop', name, { reason: 'hand' })).toMatchObject({
      number: 2,
      encoded: 0,
      lexical: chosen,
    });
    await service.close();
  });

  it('does not put the candidate in place of a release that it was not compared with', async () => {
    const folder = await inService('overtaken', base);
    const service = await Service.open(folder);
    await isReady(service);
    await service.promote('shop', 'small-base', { reason: 'hand' });
    await service.close();
    await decided(folder);
    const { result, releases } = await carriedOut(folder);
    expect(result).toMatchObject({ outcome: 'another release came first', release: null });
    expect(releases.map(({ reason }) => reason)).toEqual(['hand', 'first']);
  });
});

describe('a cycle', () => {
  /** Many people search for everything in buyers' words, in five ways, and click what they meant; some time passes in between. */
  async function audience(service: Service): Promise<number> {
    let sent = 0;
    for (const person of [0, 1, 2]) {
      for (const ending of ['', ' new', ' used', ' cheap', ' good']) {
        const searches: SearchRecord[] = [];
        const events: UbiEvent[] = [];
        shop.queries.forEach(({ text }, n) => {
          const queryId = `${person}${ending}-${n}`;
          const ids = [0, 1, 2, 3].map((i) => shop.documents[(n + i * 7) % shop.documents.length]!.id);
          searches.push({
            queryId,
            collection: 'shop',
            text: text + ending,
            at: Date.now(),
            release: 1,
            fingerprint: 'f',
            hits: ids,
            offset: 0,
          });
          events.push({
            action_name: 'click',
            query_id: queryId,
            client_id: `person-${person}-${n % 40}`,
            session_id: `session-${person}-${n % 40}`,
            event_attributes: { object: { object_id: ids[0] } },
          });
        });
        await service.store.recordSearches(searches);
        await service.recordEvents(events);
        sent += events.length;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    return sent;
  }

  it('keeps a decision with its reasons where there is too little to learn from', async () => {
    const folder = await inService('too-little', base);
    const service = await Service.open(folder);
    const { id } = await service.jobs.start('cycle', { collection: 'shop' });
    const job = await until(service.jobs, id);
    expect(job).toMatchObject({ state: 'finished', error: null });
    const result = job.result as CycleJobResult & { throughEvent: number };
    expect(result).toMatchObject({ candidate: null, release: null, throughEvent: 0 });
    expect(result.verdict).not.toBe('promote');
    expect(result.reasons.join()).toMatch(/pairs to learn from/);
    const decision = await service.store.get('decision', result.decision);
    expect(decision!.value).toMatchObject({ job: id, candidate: '', verdict: result.verdict });
    await expect(service.jobs.start('cycle', { collection: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await service.close();
  });

  it('learns from events, registers what it made, and comes to the same after a restart in its middle', async () => {
    const wide = await writeWideBase(join(scratch, 'wide'), 30_000);
    const folder = await inService('learning', wide);
    const before = await Service.open(folder);
    const sent = await audience(before);
    const request = { collection: 'shop', seed: 5, dryRun: true };
    const whole = await before.jobs.start('cycle', request);
    const uninterrupted = await until(before.jobs, whole.id);
    expect(uninterrupted).toMatchObject({ state: 'finished', error: null });
    const expected = uninterrupted.result as CycleJobResult;
    expect(expected.candidate, expected.reasons.join()).toBe(`shop-${whole.id}`);
    // The store has the vectors of the model in service; nothing was promoted.
    expect(expected.encoded).toEqual({ serving: 0, candidate: shop.documents.length, promotion: null });

    const cut = await before.jobs.start('cycle', request);
    await until(before.jobs, cut.id, ({ step, progress }) => step.startsWith('train') && progress > 0);
    await audience(before);
    await before.close();
    const after = await Service.open(folder);
    const job = await until(after.jobs, cut.id);
    expect(job).toMatchObject({ state: 'finished', attempts: 2, error: null });
    expect(job.result).toMatchObject({
      fingerprint: expected.fingerprint,
      throughEvent: sent,
    });
    const model = await after.models.get(`shop-${cut.id}`);
    expect(model).toMatchObject({ fingerprint: expected.fingerprint, base: 'small-base', job: cut.id });
    expect((await after.releases('shop')).map(({ number }) => number)).toEqual([1]);
    await after.close();
  });
});
