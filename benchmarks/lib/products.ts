import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Products {
  /** `homedepot`, or `made up` where it is not there. */
  name: string;
  documents: { id: string; title: string }[];
  /** Distinct texts that people searched for. */
  queries: string[];
}

const shared = process.env['ATTUNE_SHARED'] ?? join('..', 'shared');

function rows<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/**
 * Home Depot's products and queries beside the checkout. Without them, products of a few words, and the benchmark says so: their
 * figures are not those of real texts.
 */
export function readProducts({ most }: { most: number }): Products {
  const folder = join(shared, 'data/products/homedepot');
  if (!existsSync(folder)) {
    process.stderr.write(
      `${folder} is not there: products are made up, and so few that figures mean nothing\n`,
    );
    return madeUp(Math.min(most, 500));
  }
  const documents = rows<{ product_id: string; title: string }>(join(folder, 'corpus.jsonl'));
  const queries = rows<{ query: string }>(join(folder, 'queries.jsonl'));
  return {
    name: 'homedepot',
    documents: documents.slice(0, most).map(({ product_id, title }) => ({ id: product_id, title })),
    queries: [...new Set(queries.map(({ query }) => query))],
  };
}

function madeUp(count: number): Products {
  const colours = ['red', 'blue', 'black', 'white', 'brown', 'green', 'grey'];
  const things = [
    'lamp',
    'chair',
    'drill',
    'hose',
    'saw',
    'paint',
    'carpet',
    'heater',
    'faucet',
    'door',
    'mirror',
  ];
  const title = (i: number) => `${colours[i % 7]} ${things[i % 11]} ${things[(i * 5 + 3) % 11]} number ${i}`;
  return {
    name: 'made up',
    documents: Array.from({ length: count }, (_, i) => ({ id: `p${i}`, title: title(i) })),
    queries: Array.from({ length: 77 }, (_, i) => `${colours[i % 7]} ${things[i % 11]}`),
  };
}
