import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { kindOfPlace, placeInWords } from '@attune/files';
import type { Filter } from '@attune/schema';
import { type DocumentHit, DocumentIndex } from '@attune/tune';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.js';

interface SearchCommandOptions {
  k: number;
  mode: 'vector' | 'lexical' | 'hybrid';
  model?: string;
  filter: Filter[];
  boost: { field: string; weight: number }[];
  json?: boolean;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number from 1 on.');
  return value;
}

/** `field=value`; a value that is a number or true or false is one. */
function collectFilter(text: string, before: Filter[]): Filter[] {
  const [, field, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (field === undefined || value === undefined) throw new InvalidArgumentError('Expected FIELD=VALUE.');
  const asNumber = value.trim() === '' ? Number.NaN : Number(value);
  const alternatives = [
    value,
    ...(Number.isNaN(asNumber) ? [] : [asNumber]),
    ...(/^(true|false)$/.test(value) ? [value === 'true'] : []),
  ];
  return [...before, { field, in: alternatives }];
}

/** `field` or `field=weight`. */
function collectBoost(
  text: string,
  before: { field: string; weight: number }[],
): { field: string; weight: number }[] {
  const [field, weight = '0.01'] = text.split('=');
  if (!field || Number.isNaN(Number(weight)))
    throw new InvalidArgumentError('Expected FIELD or FIELD=WEIGHT.');
  return [...before, { field, weight: Number(weight) }];
}

/** @throws {AttuneError} FILE_NOT_FOUND where nothing is, INVALID_ARGUMENT where something else is; both say how an index is made */
function checkIsIndex(folder: string): void {
  const kind = kindOfPlace(folder);
  // What is damaged, the reader says better.
  if (kind === 'index' || (kind === 'folder' && existsSync(join(folder, 'manifest.json')))) return;
  const serving =
    kind === 'data folder' ? ' A collection of it is searched over HTTP, while attune serve runs.' : '';
  throw new AttuneError(
    kind === undefined ? 'FILE_NOT_FOUND' : 'INVALID_ARGUMENT',
    `Expected the folder of an index, but ${folder} is ${placeInWords(folder)}.${serving} Make an index with: ` +
      'attune index CATALOGUE --model MODEL --out my-index',
  );
}

/** What is told where scores by vectors mean nothing. */
async function vectorNotes(
  index: DocumentIndex,
  query: string,
  mode: 'vector' | 'hybrid',
  hits: readonly DocumentHit[],
): Promise<string[]> {
  const { name } = index.searcher.encoder.bundle;
  if (!(await index.knows(query))) {
    const so =
      mode === 'vector' ? 'these answers and their scores mean' : 'what vectors add to these answers means';
    return [
      `The vocabulary of ${name} does not know the query: ${so} nothing. --mode lexical searches by words alone.`,
    ];
  }
  const isLevel = hits.length > 1 && Math.abs(hits[0]!.score - hits.at(-1)!.score) < 1e-6;
  return isLevel
    ? [
        `All ${hits.length} answers have the same score: ${name} cannot tell these documents apart. --mode lexical searches by words alone.`,
      ]
    : [];
}

export function addSearch(program: Command, context: Context): void {
  program
    .command('search')
    .argument('<index>', 'a folder that `attune index` wrote')
    .argument('<query>', 'what to look for')
    .description('Search an index: by vectors, by words, or both fused.')
    .addOption(new Option('-k <count>', 'answers to show').argParser(positiveInteger).default(10))
    .addOption(
      new Option('--mode <mode>', 'how to rank').choices(['hybrid', 'vector', 'lexical']).default('hybrid'),
    )
    .option('--model <bundle>', 'the bundle of the index, where it moved')
    .option('--filter <field=value>', 'only documents with this attribute; again for more', collectFilter, [])
    .option(
      '--boost <field=weight>',
      'add weight · ln(1 + field) to the score, for counts such as sales',
      collectBoost,
      [],
    )
    .option('--json', 'print the answers as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  attune search my-index "desk lamp"\n  attune search my-index "desk lamp" --filter class=Lighting --boost sales=0.02 --json',
    )
    .action(async (folder: string, query: string, options: SearchCommandOptions) => {
      if (query.trim() === '')
        throw new AttuneError('INVALID_ARGUMENT', 'Expected a query, but received blanks alone.');
      checkIsIndex(folder);
      const index = await DocumentIndex.open(folder, { bundle: options.model });
      const hits = await index.search(query, {
        limit: options.k,
        mode: options.mode,
        filter: options.filter.length > 0 ? { and: options.filter } : undefined,
        modifiers:
          options.boost.length > 0
            ? { add: options.boost.map((boost) => ({ ...boost, log: true })) }
            : undefined,
        signal: context.signal,
      });
      const notes = options.mode === 'lexical' ? [] : await vectorNotes(index, query, options.mode, hits);
      for (const note of notes) context.note(note);
      if (options.json) {
        context.printJson({ schema: 'attune.search/1', query, mode: options.mode, hits, notes });
        return;
      }
      if (hits.length === 0) context.note('Nothing found.');
      hits.forEach(({ id, score, fields }, i) => {
        const text = Object.values(fields).filter(Boolean).join(' · ').slice(0, 90);
        context.print(`${String(i + 1).padStart(2)}  ${score.toFixed(4)}  ${id}  ${text}`);
      });
    });
}
