// Writes packages/client/src/api.ts: the types of the HTTP API, from the OpenAPI document of the server as it is built.
//
//   node scripts/openapi.mjs                 writes the types
//   node scripts/openapi.mjs --document      prints the document instead, for tools that check it
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypes, { astToString } from 'openapi-typescript';

const target = fileURLToPath(new URL('../packages/client/src/api.ts', import.meta.url));

const head = `/**
 * The HTTP API as types, from the server's OpenAPI document: node scripts/openapi.mjs
 *
 * Not written by hand; test/packages/client/api.test.ts compares it with the server.
 */
`;

/** The types that belong to a document, as the text of api.ts. */
export async function typesOf(document) {
  return head + astToString(await openapiTypes(withoutErrors(document), { alphabetize: true }));
}

/** What is not good is thrown, always as the same class: said of each operation, it would be most of the types. */
function withoutErrors(document) {
  const copy = structuredClone(document);
  for (const operation of Object.values(copy.paths).flatMap((methods) => Object.values(methods))) {
    for (const status of Object.keys(operation.responses))
      if (status >= '400') delete operation.responses[status];
  }
  return copy;
}

async function documentOfServer() {
  const [{ createServer }, { Service }] = await Promise.all([
    import('@attune/server'),
    import('@attune/service'),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'attune-openapi-'));
  const app = await createServer({ service: await Service.open(folder) });
  try {
    return (await app.inject('/openapi.json')).json();
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = await documentOfServer();
  if (process.argv.includes('--document')) console.log(JSON.stringify(document, null, 2));
  else await writeFile(target, await typesOf(document));
}
