import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it('the example of the README runs', async () => {
  const readme = readFileSync(new URL('../../../packages/data/README.md', import.meta.url), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const body = example.replace(/import (\{.*\}) from '(.*)';/g, "const $1 = modules['$2'];");
  const modules = {
    '@attune/data': await import('../../../packages/data/src/index.js'),
    'node:fs/promises': await import('node:fs/promises'),
    'node:os': await import('node:os'),
    'node:path': await import('node:path'),
  };
  const printed: unknown[][] = [];
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;
  await new AsyncFunction('modules', 'console', body)(modules, {
    log: (...values: unknown[]) => printed.push(values),
  });
  expect(printed[0]).toEqual(['fail']);
  expect(printed.map(([, code]) => code)).toContain('HTML_ENTITY');
  expect(printed.at(-1)?.[0]).toBe(2);
});
