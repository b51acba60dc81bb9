// `attune serve` on an empty folder with a key of every scope, for a check by another program, and gone afterwards.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './run.mjs';

/**
 * @param name   what it is for, in the name of the folder and of the key
 * @param check  is given the server's `url`, the `authorization` that it takes, a `folder` to work in, and `post(path, body)`, which
 *   gives the answer's JSON
 */
export async function withServer(name, check) {
  const folder = mkdtempSync(join(tmpdir(), `attune-${name}-`));
  let server;
  try {
    server = await startServer(join(folder, 'data'));
    const { url } = server;
    const scopes = ['search', 'write', 'feedback', 'train', 'metrics', 'admin'];
    const { key } = await post(`${url}/v1/keys`, { label: name, scopes });
    const authorization = `Bearer ${key}`;
    await check({
      url,
      authorization,
      folder,
      post: (path, body) => post(url + path, body, { authorization }),
    });
  } finally {
    server?.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

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

async function post(address, body, headers = {}) {
  const answer = await fetch(address, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  if (!answer.ok) throw new Error(`POST ${address} gave ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
