import type { Command } from 'commander';

/**
 * Messages of the library name its own options and functions, in backticks. Here is what each is on the command line; of several options
 * the one that the command has.
 */
export const wordsOfCommands: Readonly<Record<string, readonly string[]>> = {
  'columns.query': ['--query-column'],
  'columns.document': ['--document-column'],
  'columns.queryId': ['--query-id-column'],
  'columns.title': ['--title-column'],
  'columns.weight': ['--weight-column'],
  'columns.rank': ['--rank-column'],
  'columns.part': ['--part-column'],
  'columns.fields': ['--text-columns'],
  anyway: ['--anyway'],
  base: ['--base', '--model'],
  bundle: ['--model'],
  documents: ['--catalogue', '--documents'],
  encoding: ['--encoding'],
  few: ['--few'],
  force: ['--force'],
  maxCollections: ['--max-collections'],
  minutes: ['--minutes'],
  out: ['--out'],
  teacher: ['--teacher'],
  tier: ['--tier'],
  weightLabels: ['--weight-labels'],
  weights: ['--weights'],
  'DocumentIndex.open': ['attune search'],
  distill: ['attune distill'],
  restoreData: ['attune restore'],
  validate: ['attune validate'],
  verifyData: ['attune verify'],
};

/**
 * What a text names by the words of the library, in those of a command, as a sentence to follow it; empty where there is nothing of the kind.
 *
 * @param command  the one that runs; undefined before there is one
 */
export function inWordsOf(command: Pick<Command, 'options'> | undefined, text: string): string {
  const has = (word: string) =>
    word.startsWith('attune ') || command?.options.some(({ long }) => long === word);
  const said = Object.entries(wordsOfCommands).flatMap(([name, words]) => {
    const word = text.includes(`\`${name}\``) ? words.find(has) : undefined;
    return word === undefined ? [] : [`${name} is ${word}`];
  });
  return said.length === 0 ? '' : `On the command line, ${said.join(', ')}.`;
}
