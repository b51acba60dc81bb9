import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDataset } from '@attune/data';
import { beforeAll, expect, it } from 'vitest';
import { smallShop, temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe } from './command.js';

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  await writeSmallBase(at('base'));
  await writeDataset(at('shop'), smallShop());
});

it('goes the whole way: tunes, evaluates, serves, searches over HTTP, learns again, and says what the gate said', async () => {
  const args = ['demo', '--data', at('shop'), '--model', at('base'), '--out', at('out'), '--few', '--json'];
  const { code, out, err } = await attune(args);
  expect(code, err).toBe(0);
  const { schema, main, again } = JSON.parse(out);
  expect(schema).toBe('attune.demo/1');
  expect(main.legs.map(({ name }: { name: string }) => name)).toContain('tuned');
  expect(again.feedback).toHaveLength(3);
  for (const { shown, clicked, queryId } of again.feedback) {
    expect(shown).toBe(10);
    expect(clicked).toMatch(/^item-/);
    expect(queryId).toMatch(/^[0-9a-f-]{36}$/);
  }
  // 72 pairs and three clicks are too little to learn from, and that is what it says.
  expect(again.gate).toMatchObject({
    verdict: 'no decision',
    serving: 'demo-tuned',
    golden: { name: 'demo-golden/dev' },
  });
  expect(again.gate.golden.queries).toBeGreaterThan(0);
  expect(again.gate.reasons.join(' ')).toMatch(/at least 100 \(query, document\) pairs/);

  const report = readFileSync(at('out', 'report.html'), 'utf8');
  expect(report).toContain('id="gate"');
  expect(report).toContain('demo-golden/dev');
  expect(JSON.parse(readFileSync(at('out', 'demo.json'), 'utf8')).again.gate).toEqual(again.gate);
  // What it served is a data folder like every other, and nothing of the way there is left beside it.
  expect(existsSync(at('out', 'service', 'attune.db'))).toBe(true);
  expect(readdirSync(at('out')).filter((name) => /golden|log|partial/.test(name))).toEqual([]);
  expect((await attune(['verify', at('out', 'service')])).code).toBe(0);
});

it('is not run over a folder that a server has open', async () => {
  const server = await attuneServe([at('out', 'service')]);
  const args = ['demo', '--data', at('shop'), '--model', at('base'), '--out', at('out'), '--few', '--force'];
  const { code, err } = await attune(args);
  expect(code).toBe(1);
  expect(err).toContain('attune: STORE_LOCKED:');
  await server.stop();
  expect((await attune(['verify', at('out', 'service')])).code).toBe(0);
});

it('leaves a folder alone that is none of its own', async () => {
  mkdirSync(at('project', 'service'), { recursive: true });
  writeFileSync(at('project', 'service', 'main.ts'), '');
  const { code, err } = await attune(['demo', '--data', at('shop'), '--out', at('project'), '--force']);
  expect(code).toBe(1);
  expect(err).toContain('attune: FILE_EXISTS:');
  expect(existsSync(at('project', 'service', 'main.ts'))).toBe(true);
});

it('ends before the server where no cycle is wanted', async () => {
  const args = [
    'demo',
    '--data',
    at('shop'),
    '--model',
    at('base'),
    '--out',
    at('short'),
    '--no-cycle',
    '--few',
    '--json',
  ];
  const { code, out, err } = await attune(args);
  expect(code, err).toBe(0);
  expect(JSON.parse(out).again).toBeNull();
  expect(existsSync(at('short', 'service'))).toBe(false);
});

it("goes on to a server with both models, on data of one's own too, and its page", async () => {
  const args = [
    'demo',
    '--data',
    at('shop'),
    '--model',
    at('base'),
    '--out',
    at('page'),
    '--no-cycle',
    '--few',
  ];
  let child: ChildProcess | undefined;
  let found = (_url: string): void => undefined;
  const listening = new Promise<string>((resolve) => {
    found = resolve;
  });
  const ended = attune([...args, '--serve', '--port', '0', '--json'], {
    onStart: (started) => {
      child = started;
      started.stdout?.on('data', (text: string) => {
        const [, url] = /"url":"([^"]+)"/.exec(text) ?? [];
        if (url !== undefined) found(url);
      });
    },
  });
  const url = await Promise.race([listening, ended.then(({ err }) => Promise.reject(new Error(err)))]);
  const page = await fetch(url);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const { data } = (await (await fetch(`${url}/v1/collections`)).json()) as { data: { name: string }[] };
  expect(data.map(({ name }) => name).sort()).toEqual(['demo-base', 'demo-tuned']);
  child!.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

it('speaks Chinese: finds icons by their Chinese names, better than words do', async () => {
  const args = ['demo', '--language', 'zh', '--out', at('zh'), '--no-cycle', '--json'];
  const { code, out, err } = await attune(args);
  expect(code, err).toBe(0);
  const { main, verdict, searches } = JSON.parse(out);
  const ndcg = (name: string) =>
    main.legs.find((leg: { name: string }) => leg.name === name).metrics['ndcg@10'].mean;
  expect(main.queryCount).toBeGreaterThan(1000);
  expect(ndcg('tuned')).toBeGreaterThan(1.2 * ndcg('bm25'));
  expect(verdict.decision).toBe('better');
  for (const { query, legs } of searches) {
    expect(query).toMatch(/^\p{Script=Han}+$/u);
    expect(legs).toHaveLength(2);
    for (const { results } of legs) {
      expect(results).toHaveLength(5);
      for (const { title } of results) expect(title).toMatch(/\p{Script=Han}/u);
    }
  }

  const report = readFileSync(at('zh', 'report.html'), 'utf8');
  expect(report).toContain(`<h3>“<span lang="zh">${searches[0].query}</span>”</h3>`);
  expect(report).toMatch(/<svg[^>]* class="picture"[^>]*>.*<span lang="zh">/);
  const text = await attune(['search', at('zh', 'index'), searches[0].query, '-k', '3']);
  expect(text.code, text.err).toBe(0);
  expect(text.out.trim().split('\n')).toHaveLength(3);
  expect(text.out).toMatch(/\p{Script=Han}/u);
}, 180_000);

it('knows English and Chinese, and says so of another language', async () => {
  const { code, err } = await attune(['demo', '--language', 'fr', '--out', at('fr')]);
  expect(code).toBe(2);
  expect(err).toMatch(/'fr' is invalid.*en, zh/);
  const own = await attune(['demo', '--language', 'zh', '--data', 'log.csv', '--out', at('own')]);
  expect(own.code).toBe(2);
  expect(own.err).toMatch(/--language.* cannot be used with .*--data/);
});
