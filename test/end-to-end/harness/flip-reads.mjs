/**
 * What is read of a small data folder, as it is read in service but without a server. Each reading gives one value, to be compared with what it
 * gave before the damage, or throws.
 */
import { join } from 'node:path';
import { Encoder, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { readSealedJson } from '@attune/files';
import { readIndex } from '@attune/search';
import { Store, StoreReader, verifyFolder } from '@attune/store';
import { documentIds, jobId } from './flip-folder.mjs';

const kinds = ['collection', 'alias', 'bundle', 'release', 'dataset', 'job', 'key', 'decision'];
const collection = 'shop';

const plain = (value) =>
  JSON.stringify(value, (_, each) => (each instanceof Float32Array ? [...each] : each)) ?? 'undefined';

/** @param reader  an open StoreReader @returns readings by name */
export function storeReadings(reader) {
  const { fingerprint } = { fingerprint: fingerprintOf(reader) };
  const readings = new Map();
  const read = (name, work) => readings.set(name, work);
  read('store id', () => reader.storeId());
  for (const kind of kinds) read(`all of ${kind}`, () => reader.list(kind));
  read('alias window', () => reader.get('alias', 'window'));
  read('release', () => reader.get('release', `${collection}/1`));
  read('job', () => reader.get('job', jobId));
  read('number of documents', () => reader.countDocuments(collection));
  read('last sequence', () => reader.lastSequence(collection));
  for (const id of documentIds) read(`document ${id}`, () => reader.document(collection, id));
  read('no document', () => reader.document(collection, 'none'));
  read('documents', () => [...reader.documents(collection)]);
  read('changes', () => [...reader.changes(collection, 0)]);
  read('later changes', () => [...reader.changes(collection, 8)]);
  read('events', () => [...reader.events()]);
  read('events of the collection', () => [...reader.events({ collection })]);
  if (fingerprint !== undefined) read('vectors', () => [...reader.vectors(collection, fingerprint)]);
  return readings;
}

let knownFingerprint;
/** Of the sound folder, which is read first. */
function fingerprintOf(reader) {
  knownFingerprint ??= reader.get('bundle', 'tiny').value.fingerprint;
  return knownFingerprint;
}

/** Answers by name: a text of the value, or the error. */
export function storeAnswers(folder) {
  const answers = new Map();
  let reader;
  try {
    reader = StoreReader.open(folder);
  } catch (error) {
    return answers.set('open', error);
  }
  try {
    for (const [name, read] of storeReadings(reader)) {
      try {
        answers.set(name, plain(read()));
      } catch (error) {
        answers.set(name, error);
      }
    }
  } finally {
    reader.close();
  }
  return answers;
}

/** Everything else, by the file that is damaged: each is read as whole. */
export async function derivedAnswer(folder, file) {
  try {
    if (file.startsWith('indexes/')) {
      const path = join(folder, 'indexes', collection, '1');
      const { segment, manifest } = await readIndex(path);
      const rows = Array.from({ length: segment.count }, (_, row) => row);
      const hits = segment.words.search('lamp', { k: 5 });
      const dim = segment.vectors.dim;
      const near = await segment.vectors.search(new Float32Array(dim).fill(0.5), { k: 5 });
      return plain({
        manifest,
        documents: [...segment.documents],
        embedded: rows.map((row) => segment.isEmbedded(row)),
        hits: [[...hits.rows], [...hits.scores]],
        near: [[...near.rows], [...near.scores]],
      });
    }
    if (file.startsWith('bundles/')) {
      const path = join(folder, 'bundles', 'tiny');
      const { manifest, fingerprint, preprocessing } = await readBundle(path);
      const encoder = await Encoder.load(path);
      const vectors = await encoder.encodeQueries(['oak desk lamp', 'nø rug']);
      return plain({ manifest, fingerprint, preprocessing, vectors });
    }
    return plain(await readSealedJson(join(folder, file)));
  } catch (error) {
    return error;
  }
}

/** Whether an error is one that a person can go by: ours, of what is read, and naming the place. */
export function isNamed(error, folder) {
  const codes = ['FILE_CORRUPT', 'FORMAT_UNSUPPORTED', 'FILE_UNREADABLE', 'FILE_NOT_FOUND'];
  codes.push('BUNDLE_INVALID', 'BUNDLE_UNSUPPORTED', 'BUNDLE_MISMATCH');
  return error instanceof AttuneError && codes.includes(error.code) && error.message.includes(folder);
}

/** Whether nothing is wrong in `found` but that something of `expected` is missing. */
export function hidesOnly(expected, found) {
  if (found === 'undefined') return expected !== 'undefined';
  const [all, some] = [JSON.parse(expected), JSON.parse(found)];
  if (!Array.isArray(all) || !Array.isArray(some)) return false;
  const withoutSearch = ({ search, ...event }) => event;
  const known = new Set(all.flatMap((each) => [plain(each), plain(withoutSearch(each))]));
  return some.every((each) => known.has(plain(each)));
}

export async function isFoundByScrub(folder) {
  const { damage } = await verifyFolder(folder);
  return damage.length > 0;
}

/** Writes over every document, and gives what is wrong with what is there then; undefined: nothing. */
export async function wrongAfterWrites(folder) {
  let store;
  try {
    store = await Store.open(folder, { create: false });
  } catch (error) {
    return isNamed(error, folder) ? undefined : `open for writing: ${error}`;
  }
  try {
    for (const id of documentIds) {
      const fields = { title: `written again ${id}` };
      try {
        await store.writeDocuments(collection, [{ op: 'upsert', id, fields }]);
        const found = await store.document(collection, id);
        if (plain(found?.fields) !== plain(fields))
          return `document ${id} is ${plain(found)} after it was written`;
        await store.writeDocuments(collection, [{ op: 'delete', id }]);
        if ((await store.document(collection, id)) !== undefined)
          return `document ${id} is there after it was deleted`;
      } catch (error) {
        if (!isNamed(error, folder)) return `write of ${id}: ${error}`;
      }
    }
  } finally {
    await store.close();
  }
  return undefined;
}
