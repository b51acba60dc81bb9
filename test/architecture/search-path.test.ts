import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const page = read('docs/architecture.md');
const section = page.slice(page.indexOf('## What a search passes')).split('\n## ')[0]!;
/** The files of the numbered list, in their order. */
const path = [...section.matchAll(/^\d+\. \[[^\]]*\]\(\.\.\/([^)]*)\)/gm)].map((match) => match[1]!);

describe('what a search passes', () => {
  it('is at most three files between its route and the function that answers it', () => {
    expect(path[0]).toBe('packages/server/src/routes/search.ts');
    expect(path.at(-1)).toBe('packages/search/src/answer.ts');
    expect(path.length - 2).toBeLessThanOrEqual(3);
  });

  it('is the way of the code: each file calls the next, and says so in its imports', () => {
    const [route, service, generation, thread] = path.map(read);
    expect(route).toMatch(/service\.searchChecked\(/);
    expect(service).toMatch(/await generation\.search\(/);
    expect(generation).toMatch(/this\.#thread\.call\('search', /);
    expect(thread).toMatch(/import \{[^}]*\banswerQueries\b[^}]*\} from '@attune\/search'/);
    expect(generation).toMatch(/startThread<SearchingProtocol>\(searchingThread, /);
    expect(read('packages/service/src/programs.ts')).toContain(
      `searchingThread = program('searching-thread')`,
    );
  });

  it('is the only way in service to an answer', () => {
    const sources = readdirSync(join(root, 'packages/service/src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `packages/service/src/${name}`);
    expect(sources.filter((file) => /\banswerQueries\b/.test(read(file)))).toEqual([path[3]]);
  });
});
