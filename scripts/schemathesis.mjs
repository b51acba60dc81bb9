// schemathesis, the reference for "what an OpenAPI document promises", against a server that was started for it: answers have to
// be what /openapi.json says, and no request may make the server fail. `node scripts/schemathesis.mjs [EXAMPLES]`

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pythonEnvironment } from './python-environment.mjs';
import { root, run } from './run.mjs';
import { withServer } from './with-server.mjs';

const wheels = ['schemathesis==4.32.5'];

// What a run of it may cost: examples of each operation, of about 45.
const defaultExamples = 25;

/** What has to hold of every answer. Others of its checks are matters of taste, or of what a schema cannot say. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

/** @throws {Error} when schemathesis finds a fault */
export async function runSchemathesis({ examples = defaultExamples } = {}) {
  const bin = await pythonEnvironment('schemathesis', wheels);
  await withServer('schemathesis', async ({ url, authorization, folder, post }) => {
    await post('/v1/collections', { name: 'shop' });
    const command = [
      join(bin, 'schemathesis'),
      'run',
      `${url}/openapi.json`,
      `--header=Authorization: ${authorization}`,
      `--max-examples=${examples}`,
      `--checks=${checks.join(',')}`,
      '--phases=examples,coverage,fuzzing',
      '--seed=1',
      '--request-timeout=20',
      // Answers stay open until a job ends.
      '--exclude-path-regex=/jobs/.*/events$',
      '--no-color',
    ];
    const hooks = join(root, 'test/reference/schemathesis_hooks.py');
    await run(command, { cwd: folder, env: { SCHEMATHESIS_HOOKS: hooks } });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const examples = Number(process.argv[2] ?? defaultExamples);
  try {
    await runSchemathesis({ examples });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
