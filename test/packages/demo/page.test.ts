import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openIconPictures } from '@attune/demo';
import { createServer, type ServerApp, stderrLogger } from '@attune/server';
import { Service } from '@attune/service';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentPolicy, pageRoutes } from '../../../packages/demo/src/page/page-routes.js';
import { temporaryFolder } from '../tune/small-shop.js';

const page = readFileSync(new URL('../../../packages/demo/src/page/page.html', import.meta.url), 'utf8');
const script = /<script>([\s\S]*?)<\/script>/.exec(page)![1]!;
const folder = temporaryFolder();
let app: ServerApp;

beforeAll(async () => {
  mkdirSync(join(folder, 'icons', 'unicode-emoji-json'), { recursive: true });
  mkdirSync(join(folder, 'icons', 'lucide-static', 'icons'), { recursive: true });
  writeFileSync(
    join(folder, 'icons', 'unicode-emoji-json', 'data-by-emoji.json'),
    JSON.stringify({ '🌃': { slug: 'night_with_stars' } }),
  );
  writeFileSync(
    join(folder, 'icons', 'lucide-static', 'icons', 'moon.svg'),
    '<svg xmlns="…"><path d="M1 1"/></svg>',
  );
  app = await createServer({
    service: await Service.open(join(folder, 'data')),
    logger: stderrLogger('silent'),
    routes: [pageRoutes(openIconPictures(join(folder, 'icons')))],
  });
});
afterAll(() => app.close());

describe("the demo's page", () => {
  it('is served at / as one file that loads nothing, allowed to run what it holds and nothing else', async () => {
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.body).toBe(page);
    const policy = String(answer.headers['content-security-policy']);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(page).not.toMatch(/https?:\/\/|<link[^>]+stylesheet|<script[^>]+src|@import|url\(/);
    expect(contentPolicy(page)).toBe(policy);
  });

  it('puts nothing in as HTML, and holds no handler or style beside what the policy allows', () => {
    expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
    expect(page.replace(script, '')).not.toMatch(/\son\w+=|\sstyle=/);
    const { diagnostics } = ts.transpileModule(script, { reportDiagnostics: true, fileName: 'page.js' });
    expect(diagnostics).toEqual([]);
  });

  it('can be used without a mouse and by ear: labels, a language, a live region, colours for the dark', () => {
    expect(page).toMatch(/<html lang="en">/);
    expect(page).toMatch(/<label for="query">/);
    expect(page).toMatch(/role="status" aria-live="polite"/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain(':focus-visible');
    expect(script).toContain("'aria-pressed'");
  });

  it('draws icons and emoji from the installed packages, and nothing beside them', async () => {
    const icon = await app.inject('/demo/pictures/lucide/moon.svg');
    expect(icon.statusCode).toBe(200);
    expect(icon.headers['content-type']).toMatch(/^image\/svg\+xml/);
    expect(icon.headers['content-security-policy']).toContain('sandbox');
    expect(icon.body).toContain('<path d="M1 1"/>');
    expect((await app.inject('/demo/pictures/emoji/night_with_stars.svg')).body).toContain('>🌃</text>');
    expect((await app.inject('/demo/pictures/lucide/sun.svg')).statusCode).toBe(404);
    for (const path of ['lucide/..%2f..%2fsecret.svg', '..%2f..%2f/moon.svg', 'lucide/moon%00.svg'])
      expect((await app.inject(`/demo/pictures/${path}`)).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('stands beside the API, not in its document', async () => {
    const { paths } = (await app.inject('/openapi.json')).json() as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toContain('/v1/collections');
    expect(Object.keys(paths).filter((path) => path === '/' || path.startsWith('/demo'))).toEqual([]);
  });
});
