import type { Dataset } from '@attune/data';
import { AttuneError } from '@attune/errors';
import type { Tier } from '@attune/schema';
import { noShares, type Script, scriptShares, spreadRows } from '@attune/text';
import { tiers } from './tiers/tiers.js';

/** For a command's help. */
export const defaultBases = (tier: Tier): string => {
  const { bases } = tiers[tier];
  if (bases === undefined) return 'has to be named';
  const { usual, chinese } = bases;
  return `${usual}, or ${chinese} for Chinese texts`;
};

export interface DefaultBase {
  name: string;
  /** Which, and why, in a sentence. */
  why: string;
}

/** So many documents and queries say which script most are in. */
const sampled = 2000;

/**
 * What a tier begins with where no model is named: it follows from the scripts of documents and queries.
 *
 * Chinese is where there are more Chinese words than others, a word being two Han characters or five letters of another script, and hardly
 * any Kana, beside which Han is Japanese. A title such as `TCL 55英寸 LED电视` is Chinese so, though most of its letters are Latin.
 */
export function defaultBase(
  tier: Tier,
  { documents, queries }: Pick<Dataset, 'documents' | 'queries'>,
): DefaultBase {
  return defaultBaseFor(tier, [
    ...evenly(documents).flatMap(({ fields }) => Object.values(fields)),
    ...evenly(queries).map(({ text }) => text),
  ]);
}

export const baseMissing = (tier: Tier): AttuneError =>
  new AttuneError(
    'INVALID_ARGUMENT',
    `Expected a model for the \`tier\` ${tier} to begin with, but received none, and none ships for it: name one as \`base\`, such as the folder ` +
      'of all-MiniLM-L6-v2 or of another model of the BERT or XLM-R kind in the layout of sentence-transformers.',
  );

/** The same of texts. */
export function defaultBaseFor(tier: Tier, texts: Iterable<string>): DefaultBase {
  const shares = scriptShares(texts);
  const isChinese = shares.han / 2 > (1 - shares.han) / 5 && shares.kana < shares.han / 10;
  const { bases } = tiers[tier];
  if (bases === undefined) throw baseMissing(tier);
  const name = bases[isChinese ? 'chinese' : 'usual'];
  return {
    name,
    why: `The base is ${name}, because ${reason(shares, isChinese)}. Name another model to overrule that.`,
  };
}

function reason(shares: Readonly<Record<Script, number>>, isChinese: boolean): string {
  const scripts = Object.keys(noShares) as Script[];
  const most = scripts.reduce((best, script) => (shares[script] > shares[best] ? script : best));
  if (shares[most] === 0) return 'the texts have no letters';
  const share = (script: Script) => `${Math.round(100 * shares[script])} % of the letters of the texts`;
  if (isChinese) return `${share('han')} are Chinese`;
  if (most === 'latin') return `${share('latin')} are Latin`;
  return `the texts are not Chinese, and it is what there is for all others: ${share(most)} are ${scriptNames[most]}`;
}

const scriptNames: Record<Script, string> = {
  latin: 'Latin',
  han: 'Han, beside Kana',
  kana: 'Kana',
  hangul: 'Hangul',
  thai: 'Thai',
  lao: 'Lao',
  khmer: 'Khmer',
  myanmar: 'Myanmar',
  cyrillic: 'Cyrillic',
  greek: 'Greek',
  arabic: 'Arabic',
  hebrew: 'Hebrew',
  devanagari: 'Devanagari',
  other: 'of another script',
};

const evenly = <Row>(rows: readonly Row[]): Row[] =>
  spreadRows(rows.length, sampled).map((row) => rows[row]!);
