import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startServer } from '../server/running-server.js';

it('the types are those of the server as it is: if not, node scripts/openapi.mjs makes them', async () => {
  const { typesOf } = await import(new URL('../../../scripts/openapi.mjs', import.meta.url).href);
  const server = await startServer();
  const { body } = await server.json('GET', '/openapi.json');
  await server.close();
  const kept = readFileSync(new URL('../../../packages/client/src/api.ts', import.meta.url), 'utf8');
  expect(kept).toBe(await typesOf(body));
});
