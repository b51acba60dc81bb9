/**
 * node flip-child.mjs START: flips one bit after another of a small data folder, reads everything that it may concern, and puts the bit back. It
 * runs in a process of its own, because some damage ends the one that reads it; then the file `at` names the flip by its place in the list.
 *
 * START is JSON: folder (the data folder), of (`store` or `derived`), at, bits (a file with a list of them), or from and to, and
 * writeEvery (in so many flips of the store one is also written over).
 */
import { closeSync, cpSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  derivedAnswer,
  hidesOnly,
  isFoundByScrub,
  isNamed,
  storeAnswers,
  wrongAfterWrites,
} from './flip-reads.mjs';

const start = JSON.parse(process.argv[2]);
const { folder, of, at, writeEvery = 0 } = start;
const files = filesOf(folder, of);
const total = 8 * files.reduce((sum, { size }) => sum + size, 0);
const say = (line) => writeSync(1, `${JSON.stringify(line)}\n`);
const bits = start.bits ? JSON.parse(readFileSync(start.bits, 'utf8')) : undefined;
const from = start.from ?? 0;
const to = Math.min(start.to ?? Number.POSITIVE_INFINITY, bits?.length ?? total);
say({ total, to });

const expectedStore = of === 'store' ? storeAnswers(folder) : undefined;
const expectedDerived = new Map();
for (const { file } of of === 'derived' ? files : []) {
  const answer = await derivedAnswer(folder, file);
  if (typeof answer !== 'string') throw answer;
  expectedDerived.set(file, answer);
}

const place = openSync(at, 'w');
const counts = { same: 0, error: 0, hidden: 0 };
for (let number = from; number < to; number++) {
  writeSync(place, `${number}`.padEnd(12), 0);
  const bit = (bits ? bits[number] : number) % total;
  const { file, byte } = placeOf(bit);
  const what = await damageOf(file, byte, bit % 8, number);
  if (what !== undefined) say({ wrong: { number, bit, file, byte, what } });
  if ((number + 1) % 100 === 0) {
    say({ done: number + 1, counts });
    // Connections whose statements were collected are closed in a turn of the event loop: without one the files that may be open run out.
    await setImmediate();
  }
}
say({ done: to, counts });

async function damageOf(file, byte, bit, number) {
  const path = join(folder, file);
  const original = flip(path, byte, bit);
  try {
    if (of === 'derived') return await wrongDerived(file);
    return (
      (await wrongStore()) ?? (writeEvery > 0 && number % writeEvery === 0 ? await wrongWritten() : undefined)
    );
  } finally {
    putBack(path, byte, original);
  }
}

async function wrongDerived(file) {
  const answer = await derivedAnswer(folder, file);
  if (answer === expectedDerived.get(file)) counts.same++;
  else if (typeof answer === 'string')
    return `${answer.slice(0, 300)} instead of ${expectedDerived.get(file).slice(0, 300)}`;
  else if (!isNamed(answer, folder)) return String(answer.stack ?? answer).slice(0, 400);
  else counts.error++;
  return undefined;
}

async function wrongStore() {
  const hidden = [];
  let hasError = false;
  for (const [name, answer] of storeAnswers(folder)) {
    const expected = expectedStore.get(name);
    if (answer === expected) continue;
    if (typeof answer !== 'string') {
      if (!isNamed(answer, folder)) return `${name}: ${String(answer.stack ?? answer).slice(0, 400)}`;
      hasError = true;
    } else if (hidesOnly(expected, answer)) hidden.push(name);
    else return `${name}: ${answer.slice(0, 300)} instead of ${expected.slice(0, 300)}`;
  }
  if (hidden.length > 0 && !(await isFoundByScrub(folder)))
    return `hidden, and the scrub finds nothing: ${hidden}`;
  counts[hidden.length > 0 ? 'hidden' : hasError ? 'error' : 'same']++;
  return undefined;
}

/** In a copy, because writing changes more than the bit. */
async function wrongWritten() {
  const copy = `${folder}-written`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const what = await wrongAfterWrites(copy);
  rmSync(copy, { recursive: true, force: true });
  return what;
}

function flip(path, byte, bit) {
  const original = readFileSync(path)[byte];
  putBack(path, byte, original ^ (1 << bit));
  return original;
}

function putBack(path, byte, value) {
  const handle = openSync(path, 'r+');
  writeSync(handle, Uint8Array.of(value), 0, 1, byte);
  closeSync(handle);
}

function filesOf(root, kind) {
  const all = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => (kind === 'store' ? file === 'attune.db' : /^(indexes|bundles|jobs)\//.test(file)))
    .sort();
  return all.map((file) => ({ file, size: statSync(join(root, file)).size }));
}

function placeOf(bit) {
  let byte = Math.floor(bit / 8);
  for (const { file, size } of files) {
    if (byte < size) return { file, byte };
    byte -= size;
  }
  throw new Error(`There is no bit ${bit}`);
}
