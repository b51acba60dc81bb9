import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Dataset } from '@attune/data';
import { type Bundle, type Lineage, readBundle, writeStaticBundle } from '@attune/encode';
import { AttuneError, counted } from '@attune/errors';
import { canonicalJson } from '@attune/files';
import { noBase } from '@attune/schema';
import { catalogueBase, catalogueBaseRecipe } from '@attune/train';
import type { Catalogue } from './catalogue.js';

/** Tokens kept of a text by such a base: characters, or a few of them each. */
const maxTokens = 512;

export interface CatalogueBaseMaking {
  dataset: Dataset;
  catalogue: Catalogue;
  /** The folder of the tuned bundle; the base goes beside it, into OUT-base. */
  out: string;
  seed: number;
  lineage: Pick<Lineage, 'dataset' | 'seed' | 'code'>;
  few?: boolean | undefined;
  force?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Makes a static base of the documents and the training queries of a dataset, and writes it as a bundle. One that an earlier run made of the
 * same data is taken as it is: it would have the same bits.
 *
 * @returns the base, and what to tell of it
 * @throws {AttuneError} FILE_EXISTS when something else is in OUT-base, unless `force`; DATA_EMPTY; DATA_TOO_FEW; CANCELLED
 */
export async function baseFromCatalogue(
  making: CatalogueBaseMaking,
): Promise<{ bundle: Bundle; note: string }> {
  const { dataset, catalogue, seed, few, force, signal } = making;
  const path = `${resolve(making.out)}-base`;
  const lineage: Lineage = { ...making.lineage, baseName: noBase, recipe: catalogueBaseRecipe };
  const earlier = existsSync(path) ? await readBundle(path).catch(() => undefined) : undefined;
  if (earlier?.manifest !== undefined && canonicalJson(earlier.manifest.lineage) === canonicalJson(lineage))
    return {
      bundle: earlier,
      note: 'The base that was made of the same data before is taken again.',
    };
  if (existsSync(path) && !force) {
    throw new AttuneError(
      'FILE_EXISTS',
      `${path} exists already, where the base that is made of the catalogue would go. Choose another \`out\`, or replace it with \`force\`.`,
    );
  }
  const startedAt = performance.now();
  const { texts } = catalogue.documentTexts([]);
  const queries = queriesOf(dataset, catalogue);
  const { table, dim, tokenizerJson, tokens } = await catalogueBase({
    documents: texts,
    queries,
    seed,
    few,
    signal,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const made =
    `A base of ${tokens.toLocaleString('en')} tokens was learned from ${counted(texts.length, 'document')} and ` +
    `${counted(new Set(queries.flat()).size, 'query', 'queries')}`;
  await writeStaticBundle({
    path,
    table,
    dim,
    tokenizerJson,
    preprocessing: { maxTokens },
    lineage,
    card: { description: `${made}. It knows no more than they say: it is there to be tuned on their log.` },
    force,
  });
  return { bundle: await readBundle(path), note: `${made} in ${seconds.toFixed(0)} s.` };
}

/** Of each document the training queries that led to it: those with a weight above 0. */
function queriesOf({ interactions }: Dataset, catalogue: Catalogue): string[][] {
  const queries = catalogue.documents.map((): string[] => []);
  for (const { documentId, query, weight } of interactions) {
    const row = catalogue.rowOf(documentId);
    if (row !== undefined && weight > 0) queries[row]!.push(query);
  }
  return queries;
}
