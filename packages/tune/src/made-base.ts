import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Dataset } from '@attune/data';
import { type Bundle, type Lineage, readBundle, writeStaticBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { canonicalJson } from '@attune/files';
import type { Catalogue } from './catalogue.js';

/** Tokens kept of a text by a base that is made: they cost next to nothing. */
const maxTokens = 512;

/** What a base is made for. */
export interface BaseMaking {
  dataset: Dataset;
  catalogue: Catalogue;
  /** The folder of the tuned bundle; the base goes beside it, into OUT-base. */
  out: string;
  seed: number;
  lineage: Pick<Lineage, 'dataset' | 'seed' | 'code'>;
  few?: boolean | undefined;
  force?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
}

export interface MadeTable {
  table: Float32Array;
  dim: number;
  /** Content of tokenizer.json. */
  tokenizerJson: string;
  /** Of what it was made, as a sentence without its full stop. */
  made: string;
  /** What else the bundle's card says. */
  remark: string;
}

/**
 * Writes a static base as a bundle beside the tuned one. One that an earlier run made of the same is taken as it is: it would have the same bits.
 *
 * @param from  what the base is made of, beside the dataset
 * @returns the base, and what to tell of it
 * @throws {AttuneError} FILE_EXISTS when something else is in OUT-base, unless `force`
 */
export async function madeBase(
  { out, force, lineage: ofData }: BaseMaking,
  from: Pick<Lineage, 'base' | 'baseName' | 'recipe'>,
  make: () => Promise<MadeTable>,
): Promise<{ bundle: Bundle; note: string }> {
  const path = `${resolve(out)}-base`;
  const lineage: Lineage = { ...ofData, ...from };
  const earlier = existsSync(path) ? await readBundle(path).catch(() => undefined) : undefined;
  if (earlier?.manifest !== undefined && canonicalJson(earlier.manifest.lineage) === canonicalJson(lineage))
    return { bundle: earlier, note: 'The base that was made of the same data before is taken again.' };
  if (existsSync(path) && !force) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${path} exists already, where the base that is made would go. Choose another \`out\`, or replace it with \`force\`.`,
    );
  }
  const startedAt = performance.now();
  const { table, dim, tokenizerJson, made, remark } = await make();
  const seconds = (performance.now() - startedAt) / 1000;
  await writeStaticBundle({
    path,
    table,
    dim,
    tokenizerJson,
    preprocessing: { maxTokens },
    lineage,
    card: { description: `${made}. ${remark}` },
    force,
  });
  return { bundle: await readBundle(path), note: `${made} in ${seconds.toFixed(0)} s.` };
}
