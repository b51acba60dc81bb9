import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@attune/client';
import { type Dataset, writeDataset } from '@attune/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe, type RunningServer } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let server: RunningServer;
const run = (args: string[], options: Parameters<typeof attune>[1] = {}) =>
  attune(args, { ...options, env: { ATTUNE_URL: server.url, ...options.env } });
const json = async (args: string[], options: Parameters<typeof attune>[1] = {}) => {
  const { code, out, err } = await run([...args, '--json'], options);
  expect(out, err).not.toBe('');
  return { code, said: JSON.parse(out) };
};

/** Each buyers' query with the document that it is about and, less, the next one: enough pairs to learn from. */
function shopLog(): Dataset {
  const shop = smallShop(['dev']);
  const ids = shop.documents.map(({ id }) => id);
  const more = shop.interactions.map((each) => ({
    ...each,
    documentId: ids[(ids.indexOf(each.documentId) + 1) % ids.length]!,
    weight: 0.6,
  }));
  // Every judged query in a second wording: a cycle wants 30 queries to choose on.
  const judged = shop.queries.filter(({ part }) => part === 'dev');
  const wordings = judged.map((query) => ({ ...query, id: `${query.id}-new`, text: `${query.text} new` }));
  const slices = shop.slices.map((slice) => ({
    ...slice,
    judgments: new Map([
      ...slice.judgments,
      ...[...slice.judgments].map(([id, grades]) => [`${id}-new`, grades] as const),
    ]),
  }));
  return {
    ...shop,
    queries: [...shop.queries, ...wordings],
    interactions: [...shop.interactions, ...more],
    slices,
  };
}

beforeAll(async () => {
  await writeSmallBase(at('base'));
  await writeSmallBase(at('other'), 2);
  for (const name of ['base', 'other'])
    expect((await attune(['models', 'import', at('data'), name, at(name)])).code).toBe(0);
  server = await attuneServe([at('data')]);
  const client = createClient({ url: server.url });
  await client.collections.create({ name: 'shop', bundle: 'base' });
  const lines = shopLog().documents.map(({ id, fields, attributes }) => ({ id, fields, attributes }));
  for await (const { error } of client.documents.write('shop', lines, { refresh: 'wait' }))
    expect(error).toBeUndefined();
  await writeDataset(at('log'), shopLog());
  for (const file of ['corpus.jsonl', 'queries.jsonl', 'train.jsonl', 'dev.qrels', 'dataset.json'])
    await client.datasets.upload('log', file, readFileSync(join(at('log'), file), 'utf8'));
}, 120_000);
afterAll(() => server.stop());

describe('attune events', () => {
  it('sends one, brings in a file once, and takes them out as another program reads them', async () => {
    const { hits, query_id: queryId } = await createClient({ url: server.url }).search('shop', {
      text: 'sofa',
    });
    const clicked = hits[0]!.id;
    const one = await json([
      'events',
      'send',
      '--action',
      'click',
      '--query-id',
      queryId,
      '--object',
      clicked,
      '--position',
      '1',
    ]);
    expect(one).toEqual({ code: 0, said: { schema: 'attune.events/1', count: 1, withoutSearch: 0 } });

    const rows = Array.from({ length: 1500 }, (_, i) =>
      JSON.stringify({
        action_name: 'impression',
        user_query: `couch ${i % 7}`,
        event_attributes: { object: { object_id: 'item-003' } },
      }),
    );
    writeFileSync(at('events.jsonl'), `${rows.join('\n')}\n\n`);
    const imported = await json(['events', 'import', at('events.jsonl'), '--collection', 'shop']);
    expect(imported.said).toEqual({ schema: 'attune.events/1', count: 1500 });
    const again = await json(['events', 'import', '-', '--collection', 'shop'], {
      input: `${rows.join('\n')}\n`,
    });
    expect(again.said.count).toBe(1500);

    const exported = await attune(['events', 'export', at('data'), '--collection', 'shop']);
    expect(exported.code, exported.err).toBe(0);
    const events = exported.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(1501); // the second import was the same, so nothing was kept of it
    expect(events[0]).toMatchObject({
      action_name: 'click',
      user_query: 'sofa',
      application: 'shop',
      event_attributes: { object: { object_id: clicked }, position: { ordinal: 1 } },
    });
    writeFileSync(at('exported.jsonl'), exported.out);
    const checked = await attune(['validate', at('exported.jsonl'), '--json']);
    expect(JSON.parse(checked.out).rowsRead).toBe(1501);
    const later = await attune(['events', 'export', at('data'), '--after', '1500', '--with-searches']);
    expect(
      later.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).sequence),
    ).toEqual([1501]);
  });

  it('passes on what the server notes about an event that cites no search', async () => {
    const click = ['events', 'send', '--action', 'click', '--object', '1', '--collection', 'shop'];
    const note = /^1 event of 1 cites no search of this server\..* Send the query_id/;
    const { said } = await json([...click, '--query-id', 'made-up']);
    expect(said).toMatchObject({ count: 1, withoutSearch: 1, note: expect.stringMatching(note) });
    const told = await run([...click, '--query-id', 'made-up']);
    expect(told).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^Kept\. 1 event of 1 cites no search/),
    });
  });

  it('names the line that is no event, and a file that is missing', async () => {
    writeFileSync(at('broken.jsonl'), '{"action_name":"click"}\n{"action_name":\n');
    const broken = await run(['events', 'import', at('broken.jsonl')]);
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/attune: DATA_INVALID: .*broken\.jsonl:2/);
    const none = await run(['events', 'import', at('none.jsonl')]);
    expect(none.code).toBe(1);
    expect(none.err).toContain('attune: FILE_NOT_FOUND:');
  });

  it('says so where no server answers', async () => {
    const { code, err } = await attune([
      'events',
      'send',
      '--action',
      'click',
      '--url',
      'http://127.0.0.1:9',
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(/attune: UNAVAILABLE: .*attune serve DATA/);
    expect((await attune(['models', 'list', '--url', 'no address'])).err).toContain('INVALID_ARGUMENT');
  });
});

describe('attune models', () => {
  it('lists, promotes, goes back and removes', async () => {
    const listed = (await json(['models', 'list'])).said.models;
    expect(listed).toContainEqual(expect.objectContaining({ id: 'base', serving: ['shop'] }));
    expect(listed).toContainEqual(expect.objectContaining({ id: 'other', serving: [] }));
    const promoted = await json(['models', 'promote', 'other', '--collection', 'shop']);
    expect(promoted).toMatchObject({
      code: 0,
      said: { schema: 'attune.release/1', bundle: 'other', number: 2 },
    });
    const used = await run(['models', 'remove', 'other']);
    expect(used.code).toBe(1);
    expect(used.err).toContain('attune: CONFLICT:');
    const back = await json(['models', 'rollback', '--collection', 'shop']);
    expect(back.said).toMatchObject({ bundle: 'base', reason: 'rollback' });
    expect((await run(['models', 'list'])).out).toMatch(/base +static +f32 +48 +shop/);
    expect((await run(['models', 'promote', 'nothing', '--collection', 'shop'])).err).toContain('NOT_FOUND');
  });
});

describe('attune loop', () => {
  it('runs a cycle that trains, shows the verdict check by check, and ends with 5 where nothing is promoted', async () => {
    const configured = await json([
      ...['loop', 'configure', '--collection', 'shop', '--datasets', 'log', '--weight', 'click=1'],
      ...[
        '--weight',
        'impression=0',
        '--promotion',
        'automatic',
        '--schedule',
        '0 3 * * *',
        '--every',
        'off',
      ],
    ]);
    expect(configured.said).toMatchObject({
      golden: null,
      learning: {
        datasets: ['log'],
        schedule: '0 3 * * *',
        everyJudgedQueries: null,
        promotion: 'automatic',
        actionWeights: { click: 1, impression: 0 },
      },
    });
    const { code, said } = await json(['loop', 'run', '--collection', 'shop', '--seed', '1']);
    expect(said).toMatchObject({ schema: 'attune.cycle/1', job: { kind: 'cycle', state: 'finished' } });
    // There is no golden set, so nobody knows whether the candidate is better.
    expect(said.decision.verdict).toBe('no decision');
    expect(said.decision.candidate).toMatch(/^shop-/);
    const { learned } = said.job.result;
    expect(learned.pairs).toBeGreaterThan(0);
    expect(said.decision.report.learned).toEqual(learned);
    expect(code).toBe(5);

    const decisions = await json(['loop', 'decisions', '--collection', 'shop']);
    expect(decisions.said.decisions).toHaveLength(1);
    const one = await run(['loop', 'decisions', '--collection', 'shop', '--id', said.decision.id]);
    expect(one.out).toMatch(/^NO DECISION {2}shop-/);
    expect(one.out).toContain(`\n${learned.sentence}\n`);
    expect(one.out).toMatch(/check +passed +said\n/);
    expect(one.out).toMatch(/golden set: queries +not known +There is no golden set/);
    expect(one.out).toMatch(/validation +yes/);

    const status = await run(['loop', 'status', '--collection', 'shop']);
    expect(status.code).toBe(0);
    expect(status.out).toMatch(/from events and log, at 0 3 \* \* \* \(UTC\)/);
    expect(status.out).toMatch(/finished +no decision, stays as it is/);
  });

  it('starts one and leaves it to the server, and cancels one at Ctrl-C', async () => {
    const detached = await json(['loop', 'run', '--collection', 'shop', '--detach', '--seed', '2']);
    expect(detached).toMatchObject({ code: 0, said: { decision: null } });
    const client = createClient({ url: server.url });
    expect(await client.jobs.wait(detached.said.job.id)).toMatchObject({ state: 'finished' });

    const stopped = await run(['loop', 'run', '--collection', 'shop', '--seed', '3'], {
      onStart: (child) => {
        const watch = setInterval(async () => {
          const { data } = await client.jobs.list({ kind: 'cycle', limit: 1 });
          if (data[0]!.id === detached.said.job.id) return;
          clearInterval(watch);
          child.kill('SIGINT');
        }, 100);
        child.on('close', () => clearInterval(watch));
      },
    });
    expect(stopped.code).toBe(130);
    expect((await client.jobs.list({ kind: 'cycle', limit: 1 })).data[0]!.state).toBe('cancelled');
  });

  it('says what is wrong with what it is told', async () => {
    expect((await run(['loop', 'run', '--collection', 'nothing'])).err).toContain('attune: NOT_FOUND:');
    expect((await run(['loop', 'configure', '--collection', 'shop'])).err).toContain('INVALID_ARGUMENT');
    expect((await run(['loop', 'configure', '--collection', 'shop', '--golden', 'log'])).code).toBe(2);
    expect((await run(['loop', 'configure', '--collection', 'shop', '--schedule', 'at noon'])).err).toContain(
      'INVALID_ARGUMENT',
    );
  });
});
