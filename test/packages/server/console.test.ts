import { consoleFiles } from '@attune/console';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from './running-server.js';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const get = (path: string) => server.app.inject(path);

describe('the web page', () => {
  it('is at /, may run and load what its own server has, and nothing inline', async () => {
    const { statusCode, headers, body } = await get('/');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
      ]),
    );
    expect(policy.join()).not.toContain('unsafe');
    expect(body).not.toMatch(/<script>|<style|\son\w+=|\sstyle=|https?:\/\//);
  });

  it('names no file that is not served beside it, and loads no module from elsewhere', async () => {
    const { body } = await get('/');
    const named = [...body.matchAll(/(?:src|href)="(console\/[^"]+)"/g)].map((match) => `/${match[1]}`);
    expect(named).toEqual(expect.arrayContaining(['/console/page/main.js', '/console/style.css']));
    const modules = consoleFiles().filter(({ path }) => path.endsWith('.js'));
    const imported = modules.flatMap(({ path, contents }) =>
      ts.preProcessFile(contents).importedFiles.map(({ fileName }) => {
        expect(fileName, path).toMatch(/^\.\.?\//);
        return new URL(fileName, `http://server${path}`).pathname;
      }),
    );
    expect(modules.length).toBeGreaterThan(25);
    for (const path of new Set([...named, ...imported, '/console/client/index.js'])) {
      const { statusCode, headers } = await get(path);
      expect(statusCode, path).toBe(200);
      expect(headers['x-content-type-options'], path).toBe('nosniff');
      if (path.endsWith('.js')) expect(headers['content-type'], path).toBe('text/javascript; charset=utf-8');
    }
  });

  it('puts nothing in as HTML', () => {
    const unsafe =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser|srcdoc/;
    for (const { path, contents } of consoleFiles()) expect(contents, path).not.toMatch(unsafe);
  });

  it('leads to no other file of the machine', async () => {
    for (const path of [
      '/console/',
      '/console/package.json',
      '/console/page/..%2f..%2fpackage.json',
      '/console/src/index.ts',
    ])
      expect((await get(path)).statusCode, path).toBe(404);
  });
});
