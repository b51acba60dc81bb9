import { AttuneError } from '@attune/errors';
import { FlatIndex, type LoadFlatIndexOptions } from './flat-index.js';
import { readIndexHeader } from './index-header.js';
import { LexicalIndex } from './lexical-index.js';

const kinds = {
  flat: (path: string, options: LoadFlatIndexOptions) => FlatIndex.load(path, options),
  lexical: (path: string) => LexicalIndex.load(path),
};

/** An index of any kind; `kind` tells which. */
export type AnyIndex = FlatIndex | LexicalIndex;

/**
 * Opens an index file of whatever kind its header names.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED for a kind that this version does not know; as the kind's own `load`
 */
export async function openIndex(path: string, options: LoadFlatIndexOptions = {}): Promise<AnyIndex> {
  const { kind } = await readIndexHeader(path);
  if (Object.hasOwn(kinds, kind)) return kinds[kind as keyof typeof kinds](path, options);
  throw new AttuneError(
    'FORMAT_UNSUPPORTED',
    `The index ${path} is of the kind ${JSON.stringify(kind)}, and this version of Attune opens ` +
      `${Object.keys(kinds).join(' and ')}. Update Attune, or build the index again from its documents.`,
  );
}
