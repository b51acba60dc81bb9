/**
 * Files and folders that are there whole or not at all: written under another name, synced, renamed.
 *
 * @example
 * await replaceFile('report.json', '{}\n');
 * await placeFolder('model', async (folder) => { await replaceFile(`${folder}/config.json`, '{}\n'); });
 */

// Files.
export { type Content, FileReplacement, type ReplaceOptions, replaceFile } from './replace-file.js';
export { readJson, writeJson } from './json.js';
export { checkDepth, parseJson } from './parse-json.js';
export { isSealed, readSealedJson, seal, sealed, writeSealedJson } from './sealed-json.js';
export { hashFile } from './hash-file.js';
// One text for one value.
export { canonicalJson } from './canonical-json.js';
// Folders.
export { type PlaceOptions, placeFolder, removeWhole } from './place-folder.js';
export { makeFolder, moveSynced, syncFolder, syncTree } from './sync.js';
// What a place on disk is.
export { type KindOfPlace, kindOfPlace, placeInWords } from './kind-of-place.js';
// What a crash leaves.
export { isLeftover, partialBeside, removeAbandoned, removeLeftovers } from './leftovers.js';
// What a failed write means.
export { unwritable } from './unwritable.js';
