// Packs every package as it would be published into build/packed, the addon of this platform with them, and tries them
// in an empty folder: node scripts/pack.mjs [--smoke]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { pnpm, root, run } from './run.mjs';

const packed = join(root, 'build/packed');

/**
 * Refuses what npm would publish without a word: a file that package.json names and the package lacks, no README or licence,
 * a path or a version that means something in this checkout alone.
 */
function inspect(folder, files) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const wrong = [];
  const named = (value) =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(named) : value ? [value] : [];
  for (const path of [...named(manifest.exports), ...named(manifest.bin)]) {
    if (!files.includes(path.replace(/^\.\//, ''))) wrong.push(`names ${path}, which is not packed`);
  }
  for (const file of ['README.md', 'LICENSE']) if (!files.includes(file)) wrong.push(`has no ${file}`);
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
  for (const [name, version] of versions) {
    if (/^(workspace|catalog|file|link):/.test(version)) wrong.push(`needs ${name} ${version}`);
  }
  for (const file of files.filter((each) => /\.(js|json|d\.ts|map)$/.test(each))) {
    if (readFileSync(join(folder, file), 'utf8').includes(root))
      wrong.push(`${file} holds a path of this checkout`);
  }
  const strays = files.filter((file) => /\.(tsbuildinfo|tgz)$|(^|\/)(test|node_modules)\//.test(file));
  if (strays.length > 0) wrong.push(`carries ${strays.join(', ')}`);
  return wrong.map((each) => `${manifest.name} ${each}`);
}

/** Unpacks a tarball beside itself, to be looked at. */
async function inspectTarball(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'attune-tarball-'));
  try {
    await run(['tar', '-xzf', tarball, '-C', folder], { quiet: true });
    const unpacked = join(folder, 'package');
    const entries = readdirSync(unpacked, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(unpacked.length + 1));
    return inspect(unpacked, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the tarballs, as paths */
export async function pack() {
  const addon = ['Release/attune.node', 'attune.node']
    .map((path) => join(root, 'build/native', path))
    .find(existsSync);
  if (!addon) throw new Error("There is no addon in build/native to pack: run 'npm run setup' first");
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed, { recursive: true });
  copyFileSync(addon, join(root, 'npm/linux-x64-gnu/attune.node'));
  const folders = ['packages', 'npm'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  // The licence is one file of the project, and part of each package. pnpm adds it too, but not where a package holds any
  // other file with LICENSE in its name. It puts versions where package.json says workspace: or catalog:.
  const licences = folders.map((folder) => join(root, folder, 'LICENSE'));
  try {
    for (const licence of licences) copyFileSync(join(root, 'LICENSE'), licence);
    const filters = folders.map((folder) => `--filter=./${folder}`);
    await run([...pnpm, ...filters, 'pack', '--pack-destination', packed], { quiet: true });
  } finally {
    for (const licence of licences) rmSync(licence, { force: true });
  }
  const tarballs = readdirSync(packed).map((name) => join(packed, name));
  const wrong = (await Promise.all(tarballs.map(inspectTarball))).flat();
  if (wrong.length > 0) throw new Error(`The packages are not fit to be published:\n  ${wrong.join('\n  ')}`);
  return tarballs;
}

const program = `import { open, tune } from 'attune';
import { FlatIndex, LexicalIndex } from '@attune/indexes';
import { writeFileSync } from 'node:fs';
import { Encoder } from '@attune/encode';
import { consoleFiles } from '@attune/console';
import '@attune/data';
import '@attune/evaluate';
import '@attune/files';
import '@attune/loop';
import '@attune/report';
import '@attune/search';
import '@attune/train';
import '@attune/tune';
const encoder = await Encoder.load('attune-base-en');
const documents = ['trash can', 'floppy disk', 'magnifying glass'];
const index = new FlatIndex({ dim: encoder.dim, metric: 'cosine' });
index.add(await encoder.encodeDocuments(documents));
const found = await index.search(await encoder.encodeQueries(['rubbish bin']), { k: 1 });
if (found.rows[0] !== 0) throw new Error('the packed packages found ' + documents[found.rows[0]]);
const chinese = await Encoder.load('attune-base-zh');
const [bin, near, far] = await Promise.all(
  ['垃圾桶', '垃圾箱', '软盘'].map((text) => chinese.encodeQueries([text])),
);
const product = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
if (!(product(bin, near) > product(bin, far))) throw new Error('the packed Chinese base puts 垃圾桶 nearer to 软盘');
if (!LexicalIndex) throw new Error('no LexicalIndex');
const pageFiles = consoleFiles().map(({ path }) => path);
for (const path of ['/', '/console/style.css', '/console/page/main.js', '/console/client/index.js'])
  if (!pageFiles.includes(path)) throw new Error('the web page lacks ' + path);
const pairs = [
  ['bin', 'trash can'], ['rubbish', 'trash can'], ['save', 'floppy disk'], ['store', 'floppy disk'],
  ['find', 'magnifying glass'], ['look', 'magnifying glass'],
];
const log = pairs.map(([query, title], i) => JSON.stringify({ query, product_id: String(i >> 1), title }));
writeFileSync('log.jsonl', Array.from({ length: 40 }, () => log).flat().join('\\n'));
const { model, verdict } = await tune('log.jsonl', { out: 'my-job', acceptErrors: true, few: true });
if (!verdict.reason) throw new Error('the packed packages tuned a model without a verdict');
const shop = await open('my-data', { model });
await shop.upsert(documents.map((title, i) => ({ id: String(i), fields: { title } })));
const [hit] = await shop.search('rubbish bin', { limit: 1 });
if (hit?.id !== '0') throw new Error('the packed collection found ' + hit?.fields.title);
await shop.close();
console.log('packed packages: ok');
`;

/** From the log that the program has written to a server, by the one command; its page and a search answer. */
async function upAnswers({ cwd, env }) {
  const command = ['--no-install', 'attune', 'up', 'log.jsonl', '--few', '--port', '0', '--json'];
  const child = spawn('npx', command, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const lines = createInterface(child.stdout);
  const [line] = await Promise.race([once(lines, 'line'), ended.then(([code]) => [`{"code":${code}}`])]);
  const { url, pid, collection, documents, seconds, code } = JSON.parse(line);
  if (url === undefined) throw new Error(`the packed attune up ended with ${code}`);
  try {
    const page = await (await fetch(url)).text();
    if (!page.includes('console/page/main.js')) throw new Error('the packed attune up serves no page');
    const answer = await fetch(`${url}/v1/collections/${collection}/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"trash","limit":1}',
    });
    const { hits } = await answer.json();
    if (hits[0]?.fields.title !== 'trash can') throw new Error('the packed attune up finds nothing');
    process.stdout.write(`packed attune up: ${documents} documents after ${seconds.toFixed(1)} s\n`);
  } finally {
    process.kill(pid, 'SIGTERM');
    await ended;
  }
}

/**
 * Installs the tarballs in an empty folder, with an empty home and no install script, and runs the command and each
 * library: with no path into this checkout, so what a package forgot to carry is missed.
 */
export async function smoke() {
  const tarballs = await pack();
  const folder = mkdtempSync(join(tmpdir(), 'attune-packed-'));
  try {
    const home = join(folder, 'home');
    const project = join(folder, 'project');
    for (const each of [home, project]) mkdirSync(each);
    const cache = (await run(['npm', 'config', 'get', 'cache'], { quiet: true })).output
      .trim()
      .split('\n')
      .at(-1);
    const env = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), npm_config_cache: cache, NODE_PATH: '' };
    const models = (process.env.ATTUNE_MODELS ?? '').split(delimiter).filter(Boolean);
    if (models.length > 0) env.ATTUNE_MODELS = models.map((each) => resolve(each)).join(delimiter);
    const there = { cwd: project, env };
    writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
    const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
    await run(['npm', 'install', ...flags, ...tarballs], { ...there, quiet: true });
    writeFileSync(join(project, 'smoke.mjs'), program);
    await run(['node', 'smoke.mjs'], there);
    const command = realpathSync(join(project, 'node_modules/.bin/attune'));
    if (!command.endsWith('node_modules/attune/bin/attune.js'))
      throw new Error(`npx attune would run ${command}, not the package attune`);
    await run(['npx', '--no-install', 'attune', '--version'], there);
    await run(['npx', '--no-install', 'attune', 'doctor'], there);
    await upAnswers(there);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    if (process.argv.includes('--smoke')) await smoke();
    else process.stdout.write(`${(await pack()).join('\n')}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
