// Judged queries as a BEIR folder, in three parts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { splitQueries } from '@attune/data';

/**
 * Few judged queries leave half for the figures.
 *
 * @param {{ _id: string, text: string }[]} queries
 * @param {Iterable<[query: string, document: string, grade: number]>} judgments
 * @returns {Record<'train' | 'dev' | 'test', string[]>} lines of qrels
 */
export function qrelsByPart(queries, judgments) {
  const parts = splitQueries(
    queries.map(({ text }) => text),
    { shares: { train: 35, dev: 15, test: 50 } },
  );
  const partOf = new Map(queries.map(({ _id }, row) => [_id, parts[row]]));
  const qrels = { train: [], dev: [], test: [] };
  for (const [query, document, grade] of judgments)
    qrels[partOf.get(query)].push(`${query}\t${document}\t${grade}`);
  return qrels;
}

/** @returns the folder */
export async function writeBeirFolder(folder, { corpus, queries, qrels }) {
  await mkdir(join(folder, 'qrels'), { recursive: true });
  const jsonl = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'corpus.jsonl'), jsonl(corpus));
  await writeFile(join(folder, 'queries.jsonl'), jsonl(queries));
  for (const [part, lines] of Object.entries(qrels))
    await writeFile(
      join(folder, 'qrels', `${part}.tsv`),
      `query-id\tcorpus-id\tscore\n${lines.join('\n')}\n`,
    );
  return folder;
}
