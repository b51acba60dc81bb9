import { type AnalyserName, analyserForms, analyserNames, cutNames, defaultCut } from '@attune/indexes';
import type { DocumentIndex } from '@attune/tune';
import { type Command, InvalidArgumentError, Option } from 'commander';

export type LexicalSettings = DocumentIndex['searcher']['lexical'];
type FusionWeight = LexicalSettings['fusionWeight'];

/** Options that name settings of the search by words. */
export interface SearchSettingsOptions {
  analyser?: LexicalSettings['analyser'];
  cut?: LexicalSettings['cut'];
  k1?: number;
  b?: number;
  fields?: string[];
  fusionWeight?: FusionWeight;
}

function analyserName(text: string): AnalyserName {
  const found = analyserNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Expected ${analyserForms}.`);
}

const numberTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new InvalidArgumentError(`Expected a number from 0 to ${most}.`);
};

function fusionWeight(text: string): FusionWeight {
  if (text === 'lexicalOnly') return text;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number of 0 or more, or lexicalOnly.');
}

function fieldNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names of text fields, separated by commas.');
}

/** Options of a command that makes an index; what is not named is as the model carries it. */
export function addSearchSettings(command: Command): Command {
  return command
    .option(
      '--analyser <name>',
      "plain, a language such as english, or english-split, instead of the model's",
      analyserName,
    )
    .addOption(
      new Option(
        '--cut <name>',
        "how Chinese, Japanese, Korean and Thai become words, instead of the model's",
      ).choices(cutNames),
    )
    .option('--k1 <number>', "of BM25, instead of the model's", numberTo(100))
    .option('--b <number>', "of BM25, instead of the model's", numberTo(1))
    .option('--fields <names>', "fields that are searched by words, instead of the model's", fieldNames)
    .option(
      '--fusion-weight <weight>',
      "of words beside vectors, or lexicalOnly, instead of the model's",
      fusionWeight,
    );
}

/** What was named. */
export function searchSettings(options: SearchSettingsOptions): Partial<LexicalSettings> {
  const { analyser, cut, k1, b, fields, fusionWeight } = options;
  const named = Object.entries({ analyser, cut, k1, b, fields, fusionWeight });
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** Settings in one line, as people say them. */
export function settingsText(settings: Partial<LexicalSettings>): string {
  const { analyser, cut = defaultCut, k1, b, fields = [], fusionWeight } = settings;
  return `${analyser}, ${cut === defaultCut ? '' : `${cut}, `}k1 ${k1}, b ${b}, ${fields.join(' + ') || 'all text fields'}; fusion weight ${fusionWeight}`;
}
