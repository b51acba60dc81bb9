// The whole of /metrics, of a server on which things happened, as Prometheus's own library for Python reads it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pythonEnvironment } from './python-environment.mjs';
import { root, run } from './run.mjs';
import { withServer } from './with-server.mjs';

const wheels = ['prometheus-client==0.26.0'];

/** @throws {Error} when a metric is not as the format or Prometheus's rules of naming want it */
export async function runMetricsCheck() {
  const bin = await pythonEnvironment('metrics', wheels);
  await withServer('metrics', async ({ url, authorization, folder, post }) => {
    await makeThingsHappen(url, authorization, post);
    const answer = await fetch(`${url}/metrics`, { headers: { authorization } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`GET /metrics gave ${answer.status}: ${text}`);
    const file = join(folder, 'metrics.txt');
    writeFileSync(file, text);
    const program = join(root, 'test/reference/check_metrics.py');
    await run([join(bin, 'python'), program, file, answer.headers.get('content-type')]);
  });
}

/** Something for each kind of metric: writes, searches, vectors, events, what is refused. */
async function makeThingsHappen(url, authorization, post) {
  for (const name of ['shop', 'a.b_c-d']) {
    await post('/v1/collections', { name });
    const lines = ['oak desk lamp', 'garden chair'].map((title, id) =>
      JSON.stringify({ id: String(id), fields: { title } }),
    );
    const written = await fetch(`${url}/v1/collections/${name}/documents?refresh=wait`, {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson', authorization },
    });
    if (!written.ok) throw new Error(`Writing to ${name} gave ${written.status}: ${await written.text()}`);
    await Promise.all(
      ['lamp', 'chair', '灯'].map((text) => post(`/v1/collections/${name}/search`, { text })),
    );
  }
  await post('/v1/embeddings', { model: 'shop', input: ['lamp', 'chair'] });
  await post('/v1/events', [
    { action_name: 'click', application: 'shop', user_query: 'lamp' },
    { action_name: 'an "own"\\action\n', application: 'shop' },
  ]);
  await fetch(`${url}/v1/nowhere"{}\\`, { headers: { authorization } });
  await fetch(`${url}/v1/collections`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await runMetricsCheck();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
