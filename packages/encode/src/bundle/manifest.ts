/** attune.json: what Attune adds to a sentence-transformers folder. */
import type { Precision } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { isSealed, seal, sealed } from '@attune/files';
import { JsonFields } from '../files/json-fields.js';
import type { Preprocessing, Role } from '../text/types.js';
import { precisions } from './precision.js';
import { parsePreprocessing, storedPreprocessing } from './stored-preprocessing.js';
import type { ChosenSearch, Digests, GoldenVector, Lineage, Manifest, SearchChoice } from './types.js';

export const manifestFile = 'attune.json';
export const manifestFormat = 1;

/** @throws {AttuneError} BUNDLE_INVALID naming the key; BUNDLE_UNSUPPORTED for a later format */
export function parseManifest(text: string, where: string): Manifest {
  const fields = JsonFields.parse(text, where);
  const format = fields.integer('format', 1);
  if (format > manifestFormat) {
    throw fields.unsupported(
      `"format" is ${format}, this version reads up to ${manifestFormat}: update Attune`,
    );
  }
  return {
    format: 1,
    preprocessing: parsePreprocessing(fields.object('preprocessing')),
    ...(fields.has('precision') ? { precision: parsePrecision(fields) } : {}),
    fingerprint: hash(fields, 'fingerprint'),
    digests: parseDigests(fields.object('digests')),
    golden: fields
      .array('golden')
      .map((entry, i) => parseGolden(new JsonFields(entry, `${where}, "golden"[${i}]`))),
    lineage: fields.has('lineage') ? parseLineage(fields.object('lineage')) : {},
  };
}

/**
 * Everything in it, what is told too. Manifests of before there was this say nothing of it.
 *
 * @throws {AttuneError} BUNDLE_INVALID
 */
export function checkSeal(text: string, where: string): void {
  const fields = JsonFields.parse(text, where);
  if (!Object.hasOwn(fields.value, 'sha256')) return;
  if (isSealed(fields.value) && seal(fields.value) === fields.value.sha256) return;
  throw fields.invalid(
    '"sha256" is not of what the others hold, so the file was damaged or changed: put the model back from where it came',
  );
}

function parsePrecision(fields: JsonFields): Precision {
  const text = fields.string('precision');
  const known = precisions.find((precision) => precision === text);
  if (known === undefined) throw fields.invalid(`"precision" should be one of ${precisions.join(', ')}`);
  return known;
}

/** What is told stays as it is; only what programs go by is checked. */
function parseLineage(fields: JsonFields): Lineage {
  const told = fields.value as Lineage;
  return fields.has('search') ? { ...told, search: parseSearch(fields.object('search')) } : told;
}

function parseSearch(fields: JsonFields): ChosenSearch {
  const choices = entriesOf(fields, 'choices').map(
    (choice): SearchChoice => ({
      what: choice.string('what'),
      chosen: choice.string('chosen'),
      metric: choice.string('metric'),
      on: choice.string('on'),
      queryCount: choice.integer('queryCount', 0),
      tried: entriesOf(choice, 'tried').map((tried) => ({
        name: tried.string('name'),
        // JSON has no NaN, the mean over queries of which none has a value.
        value: tried.has('value') ? tried.number('value') : Number.NaN,
      })),
    }),
  );
  return { settings: fields.object('settings').value, choices };
}

const entriesOf = (fields: JsonFields, key: string): JsonFields[] =>
  fields.array(key).map((entry, i) => new JsonFields(entry, `${fields.where}, "${key}"[${i}]`));

/** Vectors are written as base64 of little-endian float32: exact, and a third of the size of decimal numbers. */
export function serializeManifest(manifest: Manifest): string {
  const golden = manifest.golden.map(({ role, text, vector }) => ({ role, text, vector: toBase64(vector) }));
  const preprocessing = storedPreprocessing(manifest.preprocessing);
  return `${JSON.stringify(sealed({ ...manifest, preprocessing, golden }), null, 2)}\n`;
}

function hash(fields: JsonFields, key: string): string {
  const text = fields.string(key);
  if (!/^[0-9a-f]{64}$/.test(text)) throw fields.invalid(`"${key}" should be a SHA-256 in hex`);
  return text;
}

function parseDigests(fields: JsonFields): Digests {
  return {
    weights: hash(fields, 'weights'),
    tokenizer: hash(fields, 'tokenizer'),
    modules: hash(fields, 'modules'),
    preprocessing: hash(fields, 'preprocessing'),
  };
}

function parseGolden(fields: JsonFields): GoldenVector {
  const role = fields.string('role');
  if (role !== 'query' && role !== 'document') throw fields.invalid('"role" should be "query" or "document"');
  return { role: role satisfies Role, text: fields.string('text'), vector: fromBase64(fields, 'vector') };
}

function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

function fromBase64(fields: JsonFields, key: string): Float32Array {
  const text = fields.string(key);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0 || bytes.toString('base64') !== text) {
    throw fields.invalid(`"${key}" should be base64 of float32 numbers`);
  }
  const vector = new Float32Array(Uint8Array.from(bytes).buffer);
  if (!vector.every(Number.isFinite)) throw fields.invalid(`"${key}" holds a number that is not finite`);
  return vector;
}

/** Both files hold prompts and lengths. Python reads its own, so they must not differ. */
export function checkAgreement(
  where: string,
  manifest: Preprocessing,
  folder: Omit<Preprocessing, 'documentFields'>,
) {
  const differs = (what: string, ours: unknown, theirs: unknown) =>
    new AttuneError(
      'BUNDLE_MISMATCH',
      `${where}: ${what} is ${JSON.stringify(ours)}, but the folder's other files say ${JSON.stringify(theirs)}, ` +
        'which is what sentence-transformers would use. Make them equal.',
    );
  for (const role of ['query', 'document'] as const) {
    if (manifest.prompts[role] !== folder.prompts[role]) {
      throw differs(`"preprocessing.prompts.${role}"`, manifest.prompts[role], folder.prompts[role]);
    }
  }
  if (manifest.maxTokens !== folder.maxTokens) {
    throw differs('"preprocessing.maxTokens"', manifest.maxTokens, folder.maxTokens);
  }
}
