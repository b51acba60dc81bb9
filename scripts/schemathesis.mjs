// schemathesis, the reference for "what an OpenAPI document promises", against a server that was started for it: answers have to
// be what /openapi.json says, and no request may make the server fail. `node scripts/schemathesis.mjs [EXAMPLES]`

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pythonEnvironment } from './python-environment.mjs';
import { root, run } from './run.mjs';

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

function startServer(data) {
  const main = join(root, 'packages/cli/dist/main.js');
  const child = spawn(process.execPath, [main, 'serve', data, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (out.includes('\n')) resolve({ child, url: JSON.parse(out.split('\n')[0]).url });
    });
    child.on('close', (code) => reject(new Error(`attune serve ended with ${code} before it listened`)));
  });
}

async function post(url, path, body, headers = {}) {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  if (!answer.ok) throw new Error(`POST ${path} gave ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** @throws {Error} when schemathesis finds a fault */
export async function runSchemathesis({ examples = defaultExamples } = {}) {
  const bin = await pythonEnvironment('schemathesis', wheels);
  const folder = mkdtempSync(join(tmpdir(), 'attune-schemathesis-'));
  let server;
  try {
    server = await startServer(join(folder, 'data'));
    const scopes = ['search', 'write', 'feedback', 'train', 'metrics', 'admin'];
    const { key } = await post(server.url, '/v1/keys', { label: 'schemathesis', scopes });
    const authorization = `Bearer ${key}`;
    await post(server.url, '/v1/collections', { name: 'shop' }, { authorization });
    const command = [
      join(bin, 'schemathesis'),
      'run',
      `${server.url}/openapi.json`,
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
  } finally {
    server?.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
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
