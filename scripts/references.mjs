// What Attune writes and compares itself with, against the real reference, Python's own libraries, in a virtual environment
// in the cache folder: bundles (check_bundle.py) and golden figures (check_golden.py), one check a line of the list; and a server:
// its API as schemathesis reads its document, its metrics as Prometheus reads them (check_metrics.py).
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { noCounts } from './counts.mjs';
import { runMetricsCheck } from './metrics.mjs';
import { pythonEnvironment } from './python-environment.mjs';
import { root, run } from './run.mjs';
import { runSchemathesis } from './schemathesis.mjs';

const wheels = [
  'sentence-transformers==6.2.0',
  'snowballstemmer==3.1.1',
  'pytrec_eval-terrier==0.5.11',
  'ir_measures==0.4.3',
  'ranx==0.3.21',
];
const models = join(process.env.ATTUNE_SHARED ?? join(root, '..', 'shared'), 'models');
const miniLm = join(models, 'all-MiniLM-L6-v2');

/** Each: a name, what makes what it looks at, the program with its arguments, and what it needs to be there. */
function checks() {
  const shipped = readdirSync(join(root, 'npm'))
    .filter((name) => name.startsWith('base-'))
    .map((name) => join(root, 'npm', name, `attune-${name}`));
  const tuned = join(root, 'demo-output/tuned');
  const transformer = join(root, 'build/tuned-transformer');
  return [
    {
      name: 'bundle of a tuned transformer in sentence-transformers',
      prepare: [process.execPath, 'test/reference/write-tuned-transformer.mjs', transformer],
      program: ['check_bundle.py', transformer],
    },
    ...[...shipped, tuned].map((bundle) => ({
      name: `bundle ${relative(root, bundle)} in sentence-transformers`,
      program: ['check_bundle.py', bundle],
      needs: bundle,
    })),
    { name: 'golden minilm', program: ['check_golden.py', 'minilm', miniLm], needs: miniLm },
    {
      name: 'golden snowball',
      program: ['check_golden.py', 'snowball', join(miniLm, 'tokenizer.json')],
      needs: miniLm,
    },
    { name: 'golden snowball-languages', program: ['check_golden.py', 'snowball-languages'] },
    {
      name: 'stemmers as make.py makes them',
      program: ['check_golden.py', '../../packages/indexes/src/stemmers/snowball'],
    },
    { name: 'golden trec-eval', program: ['check_golden.py', 'trec-eval'] },
  ];
}

/** Those that ask a server. */
const servedChecks = [
  ['the API in schemathesis', runSchemathesis],
  ['metrics in prometheus_client', runMetricsCheck],
];

export async function runReferences() {
  const bin = await pythonEnvironment('references', wheels);
  const counts = noCounts();
  for (const { name, prepare, program, needs } of checks()) {
    if (needs && !existsSync(needs)) {
      process.stdout.write(`-- ${name}: skipped, because ${needs} is not there\n`);
      counts.skipped += 1;
      continue;
    }
    process.stdout.write(`-- ${name}\n`);
    if (prepare) await run(prepare);
    const [file, ...args] = program;
    const command = [join(bin, 'python'), join('test/reference', file), ...args];
    // Each of them imports PyTorch, which takes half a minute where nothing compiled may be kept.
    const env = { HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '' };
    const { code } = await run(command, { mayFail: true, env });
    if (code === 0) counts.passed += 1;
    else counts.failed += 1;
  }
  for (const [name, check] of servedChecks) {
    process.stdout.write(`-- ${name}\n`);
    try {
      await check();
      counts.passed += 1;
    } catch (error) {
      process.stdout.write(`${error.message}\n`);
      counts.failed += 1;
    }
  }
  return counts;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { passed, failed, skipped } = await runReferences();
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
