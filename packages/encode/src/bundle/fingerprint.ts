/**
 * The fingerprint of a bundle: one SHA-256 over everything that decides its vectors, so that an index can say which
 * bundle it was made with. It is made of four digests, each SHA-256 in hex, so that a mismatch can say what differs:
 *
 *     weights         of the lines "<path> <sha256 of the file>\n" of every safetensors file, sorted by path
 *     tokenizer       of tokenizer.json's bytes
 *     modules         of the canonical JSON of the modules as understood: architecture, pooling, Dense, Normalize,
 *                     lower-casing, side of truncation; so old and new names of the same module give one digest
 *     preprocessing   of the canonical JSON of prompts, maxTokens and documentText, as attune.json holds them
 *
 *     fingerprint     of "attune 1\nweights <hex>\ntokenizer <hex>\nmodules <hex>\npreprocessing <hex>\n", and behind it
 *                     "precision bf16\n" or "precision int8\n" where the products are not in float32
 *
 * So vectors of one precision and queries of another do not meet in an index: they are near, but an exact match is none.
 *
 * Canonical JSON has sorted keys, no space, and numbers as JavaScript writes them.
 */
import { createHash } from 'node:crypto';
import type { Precision } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { canonicalJson } from '@attune/files';
import type { Preprocessing } from '../text/types.js';
import { storedPreprocessing } from './stored-preprocessing.js';
import type { Digests } from './types.js';

export const digestNames = ['weights', 'tokenizer', 'modules', 'preprocessing'] as const;

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** @param files  SHA-256 of each file by its path */
export function weightsDigest(files: ReadonlyMap<string, string>): string {
  const lines = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, hash]) => `${path} ${hash}\n`);
  return sha256(lines.join(''));
}

export function preprocessingDigest(preprocessing: Preprocessing): string {
  return sha256(canonicalJson(storedPreprocessing(preprocessing)));
}

export function fingerprintOf(digests: Digests, precision: Precision): string {
  const products = precision === 'f32' ? '' : `precision ${precision}\n`;
  return sha256(`attune 1\n${digestNames.map((name) => `${name} ${digests[name]}\n`).join('')}${products}`);
}

/** @throws {AttuneError} BUNDLE_MISMATCH with both fingerprints and what differs */
export function checkFingerprint(
  folder: string,
  recorded: { fingerprint: string; digests: Digests },
  found: { fingerprint: string; digests: Digests },
): void {
  const differing = digestNames.filter((name) => recorded.digests[name] !== found.digests[name]);
  if (recorded.fingerprint === found.fingerprint && differing.length === 0) return;
  throw new AttuneError(
    'BUNDLE_MISMATCH',
    `${folder}: attune.json records the fingerprint ${recorded.fingerprint}, but the files give ${found.fingerprint}. ` +
      `What differs: ${differing.join(', ') || 'the fingerprint itself'}. The bundle was changed or damaged after it ` +
      'was written: copy it again, or write it anew if the change was meant.',
  );
}
