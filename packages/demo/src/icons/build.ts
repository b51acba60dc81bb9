import { join } from 'node:path';
import { makeFolder, replaceFile } from '@attune/files';
import { readIconCatalogue } from './catalogue.js';
import { type Injected, injectDirt, type LogRow } from './dirt.js';
import type { Icon } from './icon.js';
import { IconJudge } from './judge.js';
import { type IconLanguageCode, iconLanguage } from './languages/languages.js';
import {
  type CleaningCounts,
  collectQueries,
  groupQueries,
  type IconPart,
  type IconQuery,
  partOfGroup,
} from './queries.js';

export interface IconDatasetOptions {
  /** Default `en`. */
  language?: IconLanguageCode | undefined;
  /** Puts known faults into train.jsonl (`injectDirt`). Default false. */
  dirt?: boolean | undefined;
  /** Of the dirt. Default 1. */
  seed?: number | undefined;
}

export interface IconDatasetSummary {
  documents: number;
  /** Before cleaning, and what cleaning dropped. */
  cleaning: CleaningCounts;
  groups: number;
  largestGroup: number;
  /** Queries, and (query, icon) pairs, of each part. */
  parts: Record<IconPart, { queries: number; pairs: number }>;
  /** Judged (query, set) instances of each slice, and right answers to them. */
  slices: Record<'dev' | 'test' | 'test-novel', { instances: number; relevant: number }>;
  /** Faults put in on purpose; empty without `dirt`. */
  injected: Injected[];
}

/**
 * Makes the demo's dataset from the icon packages: the icons and emoji as documents, and what their curators call them as
 * the log. How it is cleaned, split and judged, so that no near-copy of a training query is in the test and no right answer
 * counts as wrong, stands in queries.ts and judge.ts.
 *
 *     corpus.jsonl       product_id, title, class, set
 *     queries.jsonl      query_id, query, part; and of dev and test, where one is (query, set): filter
 *     train.jsonl        query_id, query, product_id, title, class, score
 *     dev.qrels, test.qrels
 *     test-novel.qrels   of the test, the queries that share no stem (in Chinese: no pair of characters) with any training query
 *
 * @param packagesFolder  as `installIconPackages` gives it
 * @param outFolder  made if need be; these files in it are replaced
 * @throws {AttuneError} INVALID_ARGUMENT for a language that there is not; FILE_UNREADABLE where the packages are not whole
 */
export async function buildIconDataset(
  packagesFolder: string,
  outFolder: string,
  { language: code = 'en', dirt = false, seed = 1 }: IconDatasetOptions = {},
): Promise<IconDatasetSummary> {
  const language = iconLanguage(code);
  const icons = await readIconCatalogue(packagesFolder, language);
  const { queries, counts } = collectQueries(icons, language);
  const groups = groupQueries(queries, language);
  const partOf = new Map<IconQuery, IconPart>();
  for (const group of groups) {
    const part = partOfGroup(group);
    for (const query of group) partOf.set(query, part);
  }

  const trained = new Set<string>();
  for (const query of queries) {
    if (partOf.get(query) === 'train')
      for (const term of language.noveltyTerms(query.text)) trained.add(term);
  }
  const parts = { train: empty(), dev: empty(), test: empty() };
  const judge = new IconJudge(icons, language);
  const queryLines: string[] = [];
  const log: LogRow[] = [];
  const testPairs: LogRow[] = [];
  const qrels: Record<'dev' | 'test' | 'test-novel', string[]> = { dev: [], test: [], 'test-novel': [] };
  const instances = { dev: 0, test: 0, 'test-novel': 0 };
  for (const [number, query] of queries.entries()) {
    const part = partOf.get(query)!;
    const { text, tagged } = query;
    parts[part].queries += 1;
    parts[part].pairs += tagged.length;
    if (part === 'train') {
      const id = `q${number}`;
      queryLines.push(JSON.stringify({ query_id: id, query: text, part }));
      log.push(...tagged.map(({ icon }) => logRow(id, text, icon, bestRank(tagged, icon.title))));
      continue;
    }
    const novel = part === 'test' && ![...language.noveltyTerms(text)].some((term) => trained.has(term));
    for (const { set, relevant } of judge.instances(query)) {
      const id = `q${number}-${set}`;
      queryLines.push(JSON.stringify({ query_id: id, query: text, part, filter: { set } }));
      const judged = relevant.map((icon) => `${id} 0 ${icon.id} 1`);
      for (const slice of novel ? (['test', 'test-novel'] as const) : [part]) {
        qrels[slice].push(...judged);
        instances[slice] += 1;
      }
      if (part === 'test') testPairs.push(...relevant.map((icon) => logRow(id, text, icon, 1)));
    }
  }

  const { lines, injected } = dirt
    ? injectDirt(log, testPairs, { seed })
    : { lines: log.map((row) => JSON.stringify(row)), injected: [] };
  await makeFolder(outFolder);
  await write(outFolder, 'corpus.jsonl', icons.map(documentLine));
  await write(outFolder, 'queries.jsonl', queryLines);
  await write(outFolder, 'train.jsonl', lines);
  for (const [slice, judged] of Object.entries(qrels)) await write(outFolder, `${slice}.qrels`, judged);

  const sliceSummary = (slice: keyof typeof qrels) => ({
    instances: instances[slice],
    relevant: qrels[slice].length,
  });
  return {
    documents: icons.length,
    cleaning: counts,
    groups: groups.length,
    largestGroup: Math.max(0, ...groups.map((group) => group.length)),
    parts,
    slices: {
      dev: sliceSummary('dev'),
      test: sliceSummary('test'),
      'test-novel': sliceSummary('test-novel'),
    },
    injected,
  };
}

const empty = () => ({ queries: 0, pairs: 0 });

function documentLine({ id, title, category, set }: Icon): string {
  return JSON.stringify({ product_id: id, title, class: category, set });
}

// Icons of one title are one opinion, whichever set they are of: with two weights they would contradict each other.
function bestRank(tagged: IconQuery['tagged'], title: string): number {
  return Math.min(...tagged.filter(({ icon }) => icon.title === title).map(({ rank }) => rank));
}

// Curators put the most usual word first, so it weighs most; even the last counts as relevant, which is half the highest.
function logRow(queryId: string, query: string, { id, title, category }: Icon, rank: number): LogRow {
  const score = Math.round((0.5 + 0.5 / rank) * 10_000) / 10_000;
  return { query_id: queryId, query, product_id: id, title, class: category, score };
}

async function write(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await replaceFile(join(folder, name), `${lines.join('\n')}\n`);
}
