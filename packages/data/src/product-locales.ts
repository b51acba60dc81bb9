import { counted } from '@attune/errors';
import { type ColumnMapping, plainName } from './columns.js';
import type { FileRole } from './file-roles.js';
import type { FileFormat } from './files/format.js';
import { readRecords } from './files/records.js';
import { hash53, hashPair } from './hash.js';
import { KeyTable } from './key-table.js';
import { idOfValue, textOfValue } from './values.js';

/** What has to be known of a file to look for its products. */
export interface ProductFile {
  path: string;
  format: FileFormat;
  role: FileRole;
  columns: readonly string[];
  mapping: ColumnMapping;
  locales?: ProductLocales | undefined;
}

/** How the rows of a file name a product where an id may stand for one in each of several locales, as in Amazon's ESCI. */
export interface ProductLocales {
  column: string;
  /** Products of this locale alone are read. Else an id is made of the product's id and its locale. */
  only?: string | undefined;
  /** What was done, in a sentence; on one of the files that hold the products. */
  note?: string | undefined;
}

/**
 * Sets `locales` of the files that name products by `product_id` and `product_locale`, where an id stands for products of several
 * locales. If the examples are of one locale, products of the others are left out; else id and locale together are the id.
 */
export async function planProductLocales(files: readonly ProductFile[]): Promise<void> {
  const catalogue = files.filter(({ role }) => role === 'documents');
  const examples = files.filter(({ role }) => role === 'interactions' || role === 'judgments');
  const holders =
    catalogue.length > 0 ? catalogue : examples.filter(({ mapping }) => mapping.fields.length > 0);
  const concerned = [...catalogue, ...examples];
  if (holders.length === 0 || concerned.some((file) => localeColumn(file) === undefined)) return;

  const ids = new KeyTable();
  const products = new KeyTable();
  const locales = new Set<string>();
  for (const file of holders) {
    for await (const { id, locale } of productsOf(file)) {
      const key = hash53(id);
      ids.add(key);
      products.add(hashPair(key, hash53(locale)));
      locales.add(locale);
    }
  }
  const shared = products.size - ids.size;
  if (shared === 0) return;
  const asked = new Set<string>();
  for (const file of catalogue.length > 0 ? examples : []) {
    for await (const { locale } of productsOf(file)) asked.add(locale);
  }
  const only = asked.size === 1 ? [...asked][0] : undefined;
  for (const file of concerned) file.locales = { column: localeColumn(file)!, only };
  const column = localeColumn(holders[0]!)!;
  const among = `${counted(locales.size, 'locale')} (${column}: ${[...locales].sort().join(', ')})`;
  holders[0]!.locales!.note =
    only === undefined
      ? `The same ids stand for other products in each of ${among}, so a document's id is its id with its locale, such as ` +
        `${locatedId('B01', [...locales].sort()[0]!)}.`
      : `The same ids stand for other products in each of ${among}. All examples are of ${only}, so the products of other locales are left out.`;
}

/** An id and a locale as one id. JSON, because any sign may stand in either. */
export function locatedId(id: string, locale: string): string {
  return JSON.stringify([id, locale]);
}

/** The locale of a row's product. */
export function localeOf(values: Readonly<Record<string, unknown>>, { column }: ProductLocales): string {
  return textOfValue(values[column]).trim();
}

function localeColumn({ columns }: ProductFile): string | undefined {
  return columns.find((column) => plainName(column) === 'product_locale');
}

async function* productsOf(file: ProductFile): AsyncGenerator<{ id: string; locale: string }> {
  const column = localeColumn(file)!;
  for await (const records of readRecords(file.path, file.format)) {
    for (const { values } of records) {
      const id = idOfValue(values[file.mapping.columns.document!]);
      if (id !== undefined) yield { id, locale: localeOf(values, { column }) };
    }
  }
}
