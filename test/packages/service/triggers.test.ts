import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JobView } from '@attune/jobs';
import type { KeptUbiEvent } from '@attune/schema';
import { Triggers } from '@attune/service';
import { type JobRecord, type LearningSettings, Store } from '@attune/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../jobs/job-lab.js';

const scratch = temporaryFolder();
let folders = 0;
let data: string;
let store: Store;
let triggers: Triggers | undefined;
let started: string[];
let unfinished: JobView[];
/** Whether a started cycle stays under way. */
let isKept: boolean;

const learning: LearningSettings = {
  schedule: null,
  everyJudgedQueries: null,
  promotion: 'byHand',
  datasets: [],
  actionWeights: { impression: 0, click: 1 },
};

beforeEach(async () => {
  data = join(scratch, String(folders++));
  mkdirSync(data);
  store = await Store.open(data, { create: true });
  started = [];
  unfinished = [];
  isKept = false;
});
afterEach(async () => {
  vi.useRealTimers();
  await triggers?.close();
  triggers = undefined;
  await store.close();
});

const open = async () => {
  triggers = await Triggers.open({
    store,
    folder: data,
    start: async (collection) => {
      started.push(collection);
      if (isKept) unfinished = [{ ...cycle, id: 'j', state: 'waiting' }];
    },
    unfinished: () => unfinished,
    debounceMs: 10,
  });
  return triggers;
};
const collect = (name: string, settings: Partial<LearningSettings>) =>
  store.createCollection(
    name,
    { createdAt: 1, release: 1, golden: null, learning: { ...learning, ...settings } },
    { createdAt: 1, bundle: 'b', fingerprint: 'f', lexical: null, reason: 'first', of: null },
  );
const configure = async (name: string, settings: Partial<LearningSettings>) => {
  const { value } = (await store.get('collection', name))!;
  await store.change([
    { kind: 'collection', name, put: { ...value, learning: { ...value.learning, ...settings } } },
  ]);
  await triggers!.follow(name);
};
const cycle: JobRecord = {
  kind: 'cycle',
  request: { collection: 'shop' },
  state: 'finished',
  step: '',
  progress: 1,
  attempts: 1,
  createdAt: 1,
  startedAt: 1,
  finishedAt: 2,
  result: null,
  error: null,
};
const events = (application: string, action: string, texts: readonly string[]): KeptUbiEvent[] =>
  texts.map((user_query) => ({
    action_name: action,
    user_query,
    application,
    event_attributes: { object: { object_id: 'd' } },
  }));
const arrive = async (...parts: KeptUbiEvent[][]) => {
  await store.appendEvents(parts.flat());
  triggers!.eventsArrived();
  await new Promise((resolve) => setTimeout(resolve, 150));
};
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `query ${from + i}`);

describe('a schedule', () => {
  it('starts a cycle at each of its times, and not while one is under way', async () => {
    await collect('shop', { schedule: '* * * * * *' });
    await open();
    await vi.waitFor(() => expect(started).toEqual(['shop', 'shop']), { timeout: 5000 });
    unfinished = [{ ...cycle, id: 'j', state: 'waiting' }];
    const before = started.length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(started.length).toBe(before);
  });

  it('is in UTC, and does not make up for times that passed while the server was down', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    vi.setSystemTime('2026-03-01T02:59:50Z');
    await collect('shop', { schedule: '0 3 * * *' });
    await open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(started).toEqual(['shop']);
    await triggers!.close();
    vi.setSystemTime('2026-03-09T12:00:00Z');
    await open();
    await vi.advanceTimersByTimeAsync(14 * 3600_000);
    expect(started).toEqual(['shop']);
    await vi.advanceTimersByTimeAsync(2 * 3600_000);
    expect(started).toEqual(['shop', 'shop']);
  });

  it('follows the settings of its collection, and ends with it', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    vi.setSystemTime('2026-03-01T00:00:30Z');
    await collect('shop', {});
    await open();
    await configure('shop', { schedule: '* * * * *' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(started).toEqual(['shop']);
    await configure('shop', { schedule: null });
    await vi.advanceTimersByTimeAsync(180_000);
    expect(started).toEqual(['shop']);
    await configure('shop', { schedule: '* * * * *' });
    await store.dropCollection('shop');
    await triggers!.follow('shop');
    await vi.advanceTimersByTimeAsync(180_000);
    expect(started).toEqual(['shop']);
  });
});

describe('a number of judged queries', () => {
  beforeEach(async () => {
    isKept = true;
    await collect('shop', { everyJudgedQueries: 300 });
    await collect('other', {});
    await open();
  });

  it('counts different texts on which something was done that has a weight, of the collection alone', async () => {
    await arrive(events('shop', 'click', numbered(299)), events('shop', 'click', numbered(299)));
    await arrive(
      events('shop', 'impression', numbered(50, 1000)),
      events('shop', 'glance', numbered(50, 1000)),
    );
    await arrive(events('other', 'click', numbered(300, 2000)), events('shop', 'click', ['QUERY 7']));
    expect(started).toEqual([]);
    await arrive(events('shop', 'click', ['one more']));
    expect(started).toEqual(['shop']);
  });

  it('counts the text of the search that an event cites', async () => {
    await store.recordSearches(
      numbered(300).map((text, i) => ({
        queryId: `id-${i}`,
        collection: 'shop',
        text,
        at: 1,
        release: 1,
        fingerprint: 'f',
        hits: ['d'],
        offset: 0,
      })),
    );
    await arrive(numbered(300).map((_, i) => ({ action_name: 'click', query_id: `id-${i}` })));
    expect(started).toEqual(['shop']);
  });

  it('starts none while one is under way, and counts anew behind the last one, also one that failed', async () => {
    unfinished = [{ ...cycle, id: 'j', state: 'running' }];
    await arrive(events('shop', 'click', numbered(400)));
    expect(started).toEqual([]);
    unfinished = [];
    const last: JobRecord = { ...cycle, state: 'failed', result: { throughEvent: 390 } };
    await store.change([{ kind: 'job', name: '000000001-j', put: last }]);
    await arrive(events('shop', 'click', numbered(289, 5000)));
    expect(started).toEqual([]);
    await arrive(events('shop', 'click', numbered(1, 9000)));
    expect(started).toEqual(['shop']);
  });

  it('counts what came before a restart', async () => {
    await triggers!.close();
    await store.appendEvents(events('shop', 'click', numbered(300)));
    await open();
    await vi.waitFor(() => expect(started).toEqual(['shop']), { timeout: 5000 });
  });
});
