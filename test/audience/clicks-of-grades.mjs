// What a log of clicks would be, had people searched who know the grades of a judged dataset:
//
//   node test/audience/clicks-of-grades.mjs DATASET OUT [--seed 1] [--searches 200000]
//
// OUT is DATASET with train.csv instead of train.jsonl: query_id, query, product_id, clicks, impressions. See `clicksOfGrades`.
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { readDataset, writeDataset } from '@attune/data';
import { RandomWords } from '@attune/evaluate';
import { replaceFile } from '@attune/files';
import { LexicalIndex } from '@attune/indexes';
import { zipf } from './zipf.mjs';

/** Documents on a page. */
const pageSize = 10;

/**
 * Each search takes a training query, by Zipf's law with exponent 1, and shows the documents that it has a grade of, at most ten, in the
 * order of BM25 over their titles (english-split, k1 0.9, b 0.4, statistics of the whole catalogue; ties by id). The document at rank r
 * is looked at with probability 1/r, whatever stands there, and one that is looked at is clicked with probability 0.08 + 0.72 · grade,
 * the grade being from 0 to 1: ten clicks on a right answer for one on a wrong one, as in audience.ts.
 *
 * @param {import('@attune/data').Dataset} dataset  weights of its interactions from 0 to 1
 * @param {{ seed: number, searches: number }} options
 * @returns pairs that were shown, with the number of clicks and of pages that they stood on
 */
export function clicksOfGrades({ documents, interactions }, { seed, searches }) {
  const rowOf = new Map(documents.map(({ id }, row) => [id, row]));
  const texts = documents.map(({ fields }) => fields.title ?? '');
  const words = LexicalIndex.build({ texts, analyser: 'english-split', k1: 0.9, b: 0.4 });
  /** @type {Map<string, { queryId: string, query: string, documentId: string, weight: number }[]>} */
  const byQuery = new Map();
  for (const interaction of interactions) {
    if (!rowOf.has(interaction.documentId)) continue;
    const graded = byQuery.get(interaction.queryId);
    if (graded) graded.push(interaction);
    else byQuery.set(interaction.queryId, [interaction]);
  }
  const pages = [...byQuery.values()].map((graded) => {
    const rows = graded.map(({ documentId }) => rowOf.get(documentId) ?? 0);
    const scores = words.scoresOf(graded[0]?.query ?? '', rows);
    const shown = graded.map((interaction, i) => ({
      ...interaction,
      score: scores[i] ?? 0,
      clicks: 0,
      impressions: 0,
    }));
    shown.sort((a, b) => b.score - a.score || (a.documentId < b.documentId ? -1 : 1));
    return shown.slice(0, pageSize);
  });
  const byPopularity = zipf(pages.length, 1, seed);
  const random = new RandomWords(seed + 1);
  const share = () => random.next() / 2 ** 32;
  for (let search = 0; search < searches; ++search) {
    const page = pages[byPopularity(share())] ?? [];
    for (const [i, document] of page.entries()) {
      document.impressions += 1;
      if (share() < 1 / (i + 1) && share() < 0.08 + 0.72 * document.weight) document.clicks += 1;
    }
  }
  return pages.flat().filter(({ impressions }) => impressions > 0);
}

async function writeClicks(source, target, options) {
  const dataset = await readDataset(source);
  const clicks = clicksOfGrades(dataset, options);
  await writeDataset(target, { ...dataset, interactions: [] });
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const rows = clicks.map(({ queryId, query, documentId, clicks, impressions }) =>
    [quoted(queryId), quoted(query), quoted(documentId), clicks, impressions].join(','),
  );
  const header = 'query_id,query,product_id,clicks,impressions';
  await replaceFile(join(target, 'train.csv'), `${[header, ...rows].join('\n')}\n`);
  const clicked = clicks.filter((pair) => pair.clicks > 0).length;
  process.stdout.write(`${clicks.length} pairs were shown, ${clicked} clicked at least once.\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      searches: { type: 'string', default: '200000' },
    },
  });
  const [source, target] = positionals;
  if (source === undefined || target === undefined) throw new Error('Name a dataset, and a folder to write');
  const { seed, searches } = values;
  await writeClicks(resolve(source), resolve(target), { seed: Number(seed), searches: Number(searches) });
}
