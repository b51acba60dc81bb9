import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lamps, type RunningServer, startServer, withLamps } from '../server/running-server.js';

const sources = fileURLToPath(new URL('../../../packages/client/src', import.meta.url));

/** What a page has, and nothing of Node's: no process, no Buffer, no require. */
const webGlobals = {
  AbortController,
  AbortSignal,
  Blob,
  clearTimeout,
  crypto,
  fetch,
  ReadableStream,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
};

/** Runs the client's modules in a context that has only what a page has, and no module but its own. */
function clientOfPage(): typeof import('@attune/client') {
  const page = vm.createContext({ ...webGlobals });
  const modules = new Map<string, object>();
  const load = (path: string): object => {
    const known = modules.get(path);
    if (known) return known;
    const exports = {};
    modules.set(path, exports);
    const { outputText } = ts.transpileModule(readFileSync(path.replace(/\.js$/, '.ts'), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const require = (name: string): object => {
      if (!name.startsWith('.')) throw new Error(`${path} imports ${name}`);
      return load(join(dirname(path), name));
    };
    vm.runInContext(`(exports, require) => {${outputText}\n}`, page, { filename: path })(exports, require);
    return exports;
  };
  return load(join(sources, 'index.js')) as typeof import('@attune/client');
}

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
  await withLamps(server);
});
afterAll(() => server.close());

it('the client runs where there is nothing but what a web page has', async () => {
  const { createClient, AttuneApiError } = clientOfPage();
  const client = createClient({ url: server.url });
  const { hits, query_id } = await client.search('shop', { text: 'desk lamp', mode: 'lexical' });
  expect(hits[0]!.id).toBe('oak');
  expect(await client.events.send({ action_name: 'click', query_id })).toEqual({
    count: 1,
    without_search: 0,
  });

  const outcomes = [];
  for await (const outcome of client.documents.write('shop', lamps)) outcomes.push(outcome);
  expect(outcomes.map(({ line, error }) => [line, error])).toEqual(lamps.map((_, i) => [i + 1, undefined]));

  await client.datasets.upload('page', 'queries.jsonl', new Blob(['{"id":"1","text":"lamp"}\n']));
  const { id } = await client.datasets.validate('page');
  expect((await client.jobs.wait(id)).state).toMatch(/finished|failed/);
  const error = await client.collections.get('none').catch((reason) => reason);
  expect(error).toBeInstanceOf(AttuneApiError);
});

it('the client names no module but its own, and is compiled without the types of Node', () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(sources, '../tsconfig.json'), 'utf8'));
  expect(compilerOptions.types).toEqual([]);
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const foreign = files.flatMap((name) =>
    ts
      .preProcessFile(readFileSync(join(sources, name), 'utf8'))
      .importedFiles.map(({ fileName }) => fileName)
      .filter((imported) => !imported.startsWith('.')),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(foreign).toEqual([]);
});
