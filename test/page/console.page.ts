import { createKey } from '@attune/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../packages/server/running-server.js';
import { importSmallModel } from '../packages/server/small-models.js';
import {
  expectAccessible,
  type OpenedPage,
  openPage,
  searchFor,
  startBrowser,
  type View,
  views,
} from './browser.js';
import { documents, fillShop } from './shop.js';

const desk: View = { width: 1280, scheme: 'light' };
const telephone: View = { width: 390, scheme: 'light' };
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Opens the page for one test, and looks afterwards whether the browser complained. */
async function onPage(
  url: string,
  view: View,
  test: (opened: OpenedPage['page']) => Promise<void>,
): Promise<void> {
  const { page, complaints } = await openPage(browser, url, view);
  try {
    await test(page);
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

describe('the page of a collection', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    await importSmallModel(server, 'small');
    await fillShop(server.service, { model: 'small' });
  });
  afterAll(() => server.close());

  it('says what is in service and what the gate decided', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      const model = page.locator('#model');
      await model.getByText('The candidate is worse on the golden set.').waitFor();
      expect(await model.textContent()).toMatch(/small[\s\S]*static[\s\S]*15[\s\S]*Refused shop-2/);
      await model.locator('summary').click();
      expect(await model.locator('.checks li').allInnerTexts()).toHaveLength(3);
      expect(await model.textContent()).toContain('−0.012 on 812 queries');
    }));

  it('answers in four columns, and says what moved between them as their places say', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      await searchFor(page, 'brass lamp');
      expect(await page.locator('.column h2').allInnerTexts()).toEqual(['words', 'base', 'tuned', 'fused']);
      const rows = (column: string) =>
        page.locator(`.column[data-column="${column}"] .row`).evaluateAll((all) =>
          all.map((row) => ({
            id: (row as HTMLElement).dataset['id']!,
            move: row.querySelector('.move')?.classList[1],
            said: row.querySelector('.place .unseen')?.textContent,
          })),
        );
      const base = await rows('base');
      expect(base).toHaveLength(10);
      expect(base.map(({ move }) => move)).toEqual(Array(10).fill(undefined));
      const answer = await server.json('POST', '/v1/collections/shop-base/search', {
        text: 'brass lamp',
        mode: 'vector',
        limit: 50,
      });
      const before: string[] = answer.body.hits.map(({ id }: { id: string }) => id);
      expect(base.map(({ id }) => id)).toEqual(before.slice(0, 10));
      for (const column of ['words', 'tuned', 'fused']) {
        for (const [place, { id, move, said }] of (await rows(column)).entries()) {
          const was = before.indexOf(id);
          const expected = was === -1 ? 'new' : was === place ? 'same' : was > place ? 'up' : 'down';
          expect(move, `${column} ${id}`).toBe(expected);
          if (was !== -1 && was !== place) expect(said).toContain(`where it is at ${was + 1}`);
        }
      }
      await page.locator('#reference').selectOption('words');
      expect(await page.locator('.column[data-column="words"] .move').count()).toBe(0);
      expect(await page.locator('.column[data-column="base"] .move').count()).toBe(10);
    }));

  it('shows texts of every script as text: with their language, from their side, and never as HTML', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      const found = async (query: string, id: string) => {
        await searchFor(page, query);
        return page.locator(`.column[data-column="words"] .row[data-id="${id}"]`);
      };
      const chinese = (await found('橡木台灯', 'zh')).locator('.title');
      expect(await chinese.getAttribute('lang')).toBe('zh');
      const arabic = (await found('مصباح', 'ar')).locator('.title');
      expect(await arabic.evaluate((title) => getComputedStyle(title).direction)).toBe('rtl');
      const markup = await found('markup', 'markup');
      expect(await markup.locator('.title').textContent()).toBe(documents.at(-1)!.fields.title);
      expect(await markup.locator('b, script').count()).toBe(0);
      expect(await page.title()).toBe('shop · Attune');
      const pictures = await page
        .locator('.row img')
        .evaluateAll((all) => all.map((each) => (each as HTMLImageElement).src));
      expect(pictures.length).toBeGreaterThan(0);
      for (const source of pictures) expect(source).toMatch(/^data:image\/svg\+xml/);
    }));

  it('sends a thumb as an event that cites a search which was recorded, and records no other', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      const searches: { record?: boolean; mode?: string }[] = [];
      const events: { body: Record<string, unknown>; status: number }[] = [];
      let recorded = '';
      // Answers pass through here, so that each is read before the page has it.
      await page.route('**/v1/**', async (route) => {
        const request = route.request();
        const isSearch = request.url().endsWith('/search');
        if (!isSearch && !request.url().endsWith('/v1/events')) return route.continue();
        const body = request.postDataJSON();
        const response = await route.fetch();
        if (!isSearch) events.push({ body, status: response.status() });
        else {
          searches.push(body);
          if (body.record) recorded = (await response.json()).query_id;
        }
        await route.fulfill({ response });
      });
      await searchFor(page, 'oak lamp');
      expect(searches).toHaveLength(4);
      expect(searches.every(({ record }) => record === false)).toBe(true);
      const row = page.locator('.column[data-column="fused"] .row').nth(1);
      const id = await row.getAttribute('data-id');
      await row.locator('.thumbs_up').click();
      await page.getByText('Kept: it fits.').waitFor();
      expect(events).toEqual([
        {
          status: 200,
          body: expect.objectContaining({
            action_name: 'thumbs_up',
            application: 'shop',
            query_id: recorded,
            user_query: 'oak lamp',
            event_attributes: { object: { object_id: id }, position: { ordinal: 2 } },
          }),
        },
      ]);
      expect(searches.slice(4)).toEqual([expect.objectContaining({ record: true, mode: 'hybrid' })]);
      // One judgment of a document for a query, wherever it stands.
      const pressed = page.locator(`.row[data-id="${id}"] .thumbs_up`);
      for (const each of await pressed.all()) expect(await each.getAttribute('aria-pressed')).toBe('true');
      await row.locator('.thumbs_down').click();
      await page.getByText('Kept: it does not fit.').waitFor();
      expect(await row.locator('.thumbs_up').getAttribute('aria-pressed')).toBe('false');
      expect(searches).toHaveLength(5);
    }));

  it('filters by the attributes that documents have', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      await searchFor(page, 'lamp');
      await page.locator('#filters summary').click();
      await page.locator('.chip', { hasText: 'bedroom' }).click();
      const most = page.getByLabel('price, at most');
      await most.fill('40');
      const [request] = await Promise.all([
        page.waitForRequest((each) => each.postData()?.includes('atMost') === true),
        most.press('Tab'),
      ]);
      expect(request.postDataJSON().filter).toEqual({
        and: [
          { field: 'room', equals: 'bedroom' },
          { field: 'price', atMost: 40 },
        ],
      });
      await page.locator('#filters-chosen', { hasText: '2 in use' }).waitFor();
      const fits = documents.filter(
        ({ attributes }) => attributes.room === 'bedroom' && attributes.price <= 40,
      );
      const shown = page.locator('.column[data-column="tuned"] .row');
      await expect.poll(() => shown.count()).toBe(fits.length);
      await page.getByText('Clear all').click();
      await expect.poll(() => shown.count()).toBe(10);
    }));

  it('goes by keys from the search to an answer, along it, into it and back', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      await searchFor(page, 'lamp');
      const focused = () =>
        page.evaluate(() => {
          const row = document.activeElement?.closest<HTMLElement>('.row');
          const column = row?.closest<HTMLElement>('.column')?.dataset['column'];
          return row
            ? `${column} ${[...row.parentElement!.children].indexOf(row) + 1}`
            : document.activeElement?.id;
        });
      const steps: [string, string][] = [
        ['ArrowDown', 'words 1'],
        ['ArrowDown', 'words 2'],
        ['ArrowRight', 'base 2'],
        ['ArrowRight', 'tuned 2'],
        ['ArrowUp', 'tuned 1'],
        ['ArrowLeft', 'base 1'],
        ['Escape', 'query'],
        ['ArrowDown', 'words 1'],
        ['/', 'query'],
        ['ArrowDown', 'words 1'],
      ];
      for (const [key, place] of steps) {
        await page.keyboard.press(key);
        expect(await focused(), key).toBe(place);
      }
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
      expect(outline).toBe('solid');
      await page.keyboard.press('Enter');
      expect(await page.locator('#document').textContent()).toMatch(
        /Places[\s\S]*Fields[\s\S]*Attributes[\s\S]*price/,
      );
      await page.keyboard.press('Escape');
      expect(await focused()).toBe('words 1');
      await page.keyboard.press('+');
      await page.getByText('Kept: it fits.').waitFor();
    }));

  it('copies a search as curl, which asks what the column asked', () =>
    onPage(`${server.url}/#collection=shop`, desk, async (page) => {
      await searchFor(page, "it's a lamp");
      await page.getByLabel('Copy the search of the column base as curl').click();
      await page.getByText('Copied as curl.').waitFor();
      const command = await page.evaluate(() => navigator.clipboard.readText());
      expect(command).toContain(`curl '${server.url}/v1/collections/shop-base/search'`);
      expect(command).toContain(`"text":"it'\\''s a lamp","mode":"vector"`);
    }));

  it('keeps collection and query in the address', () =>
    onPage(`${server.url}/#collection=shop-base&q=clay`, desk, async (page) => {
      await page.locator('#said', { hasText: '“clay”' }).waitFor();
      expect(await page.locator('#collection').inputValue()).toBe('shop-base');
      await page.locator('#collection').selectOption('shop');
      await page.locator('.column[data-column="tuned"]').waitFor();
      expect(new URL(page.url()).hash).toBe('#collection=shop&q=clay');
    }));

  it('has one column at a time on a telephone, and nothing beyond its edge', () =>
    onPage(`${server.url}/#collection=shop&q=lamp`, telephone, async (page) => {
      await page.locator('.column.open').waitFor();
      const visible = () => page.locator('.column:visible h2').allInnerTexts();
      expect(await visible()).toEqual(['fused']);
      await page.locator('#switch button', { hasText: 'words' }).click();
      expect(await visible()).toEqual(['words']);
      await page.locator('#filters summary').click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }));

  it.each(views)('has no finding of axe at $width px, $scheme', (view) =>
    onPage(`${server.url}/#collection=shop`, view, async (page) => {
      await page.locator('#said', { hasText: 'Type to search' }).waitFor();
      await expectAccessible(page, 'before a search');
      await searchFor(page, 'lamp');
      await page.locator('#filters summary').click();
      await page.locator('.decision summary').click();
      await expectAccessible(page, 'with answers, filters and checks');
      await page
        .locator('.column.open .thumbs_up, .column .thumbs_up')
        .locator('visible=true')
        .first()
        .click();
      await page.getByText('Kept: it fits.').waitFor();
      await page.locator('.title:visible').first().click();
      await expectAccessible(page, 'with a document');
      await page.keyboard.press('Escape');
      await searchFor(page, 'zzzzqqqq');
      await expectAccessible(page, 'where words find nothing');
    }),
  );
});

describe('the page of a server with keys', () => {
  let server: RunningServer;
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    server = await startServer();
    await server.service.createCollection('shop');
    await server.service.write(
      'shop',
      documents.map((each) => ({ op: 'upsert' as const, ...each })),
      { refresh: true },
    );
    for (const scopes of [['admin'], ['search']] as const)
      keys[scopes[0]] = (
        await createKey(server.service.store, { label: scopes[0], scopes: [...scopes] })
      ).key;
    await server.app.keys.refresh();
  });
  afterAll(() => server.close());

  it('asks for one, says when it is not accepted, and keeps a good one in this tab alone', () =>
    onPage(server.url, desk, async (page) => {
      await page.getByText('This server asks for a key').waitFor();
      await page.getByLabel('Key', { exact: true }).fill('attune_wrong');
      await page.keyboard.press('Enter');
      await page.getByText('This key is not accepted').waitFor();
      await page.getByLabel('Key', { exact: true }).fill(keys['admin']!);
      await page.keyboard.press('Enter');
      await searchFor(page, 'lamp');
      expect(await page.locator('.column h2').allInnerTexts()).toEqual(['words', 'base', 'fused']);
      const [session, local] = await page.evaluate(() => [
        JSON.stringify(sessionStorage),
        JSON.stringify(localStorage),
      ]);
      expect(session).toContain(keys['admin']);
      expect(local).not.toContain('attune_');
      expect(await page.context().cookies()).toEqual([]);
      await page.getByLabel('Copy the search of the column words as curl').click();
      const command = await page.evaluate(() => navigator.clipboard.readText());
      expect(command).toContain('$ATTUNE_KEY');
      expect(command).not.toContain(keys['admin']);
      await page.getByText('Forget the key').click();
      await page.getByText('This server asks for a key').waitFor();
      expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    }));

  it('shows what the scopes of a key allow, and says which is missing for the rest', () =>
    onPage(server.url, desk, async (page) => {
      await page.getByLabel('Key', { exact: true }).fill(keys['search']!);
      await page.keyboard.press('Enter');
      await searchFor(page, 'lamp');
      expect(await page.locator('.decision').count()).toBe(0);
      await page.locator('.thumbs_up').first().click();
      await page.getByText(/Not kept: .*scope feedback/).waitFor();
    }));

  it.each(views)('asks for a key without a finding of axe at $width px, $scheme', (view) =>
    onPage(server.url, view, async (page) => {
      await page.getByText('This server asks for a key').waitFor();
      await expectAccessible(page, 'the question for a key');
    }),
  );
});

describe('the page of an empty server', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it.each(views)('says which commands come next, without a finding of axe at $width px, $scheme', (view) =>
    onPage(server.url, view, async (page) => {
      await page.getByText('There is no collection yet').waitFor();
      expect(await page.locator('pre').first().textContent()).toContain(`curl ${server.url}/v1/collections`);
      await expectAccessible(page, 'no collection');
    }),
  );

  it('fills a collection by those very commands, and says the same of one without documents', () =>
    onPage(server.url, desk, async (page) => {
      await server.json('POST', '/v1/collections', { name: 'empty' });
      await page.reload();
      await page.getByText('The collection empty has no documents yet').waitFor();
      await expectAccessible(page, 'no documents');
      const [command = ''] = await page.locator('pre').allInnerTexts();
      const [, body = ''] = /-d '(.*)'$/s.exec(command) ?? [];
      const [, url = ''] = /curl '([^']+)'/.exec(command) ?? [];
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      });
      expect(answer.status).toBe(200);
      await page.reload();
      await searchFor(page, 'lamp');
      expect(await page.locator('.column[data-column="words"] .title').allInnerTexts()).toEqual([
        'Oak desk lamp',
      ]);
    }));
});
