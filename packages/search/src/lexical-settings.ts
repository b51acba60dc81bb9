import { AttuneError } from '@attune/errors';
import {
  type AnalyserName,
  analyserForms,
  analyserNames,
  type CutName,
  cutNames,
  defaultCut,
} from '@attune/indexes';
import { checkFusionWeight, type FusionWeight } from './ranking/fusion.js';

/** How documents are found by words, and how much words count beside vectors. */
export interface LexicalSettings {
  analyser: AnalyserName;
  /** Of scripts without blanks between words. */
  cut: CutName;
  k1: number;
  b: number;
  /** Text fields that are searched by words; none named: all that a document has. */
  fields: string[];
  fusionWeight: FusionWeight;
}

/** Where no evaluation has found better. */
const defaults: LexicalSettings = {
  analyser: 'english',
  cut: defaultCut,
  k1: 0.9,
  b: 0.4,
  fields: [],
  fusionWeight: 0.7,
};

/**
 * Settings, whole, with their keys in one order, so that equal settings are equal as JSON.
 *
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function lexicalSettings(given: Partial<LexicalSettings> = {}): LexicalSettings {
  const { analyser, cut, k1, b, fields, fusionWeight } = { ...defaults, ...given };
  const wrong = (what: string, value: unknown) =>
    new AttuneError('INVALID_ARGUMENT', `Expected ${what}, but received ${JSON.stringify(value)}.`);
  if (!analyserNames.includes(analyser)) throw wrong(`analyser to be ${analyserForms}`, analyser);
  if (!cutNames.includes(cut)) throw wrong(`cut to be one of ${cutNames.join(', ')}`, cut);
  if (!(Number.isFinite(k1) && k1 >= 0 && k1 <= 100)) throw wrong('k1 to be between 0 and 100', k1);
  if (!(Number.isFinite(b) && b >= 0 && b <= 1)) throw wrong('b to be between 0 and 1', b);
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === 'string'))
    throw wrong('fields to be names', fields);
  checkFusionWeight(fusionWeight);
  return { analyser, cut, k1, b, fields: [...fields], fusionWeight };
}

/**
 * The settings that a bundle carries in its lineage, where somebody chose some for it.
 *
 * @param search  `lineage.search` of the bundle
 * @throws {AttuneError} BUNDLE_INVALID naming the bundle
 */
export function carriedSettings(
  search: { settings: object } | undefined,
  bundle: string,
): LexicalSettings | undefined {
  if (search === undefined) return undefined;
  try {
    return lexicalSettings(search.settings);
  } catch (cause) {
    throw new AttuneError(
      'BUNDLE_INVALID',
      `The search settings in the lineage of ${bundle} are none. ${(cause as Error).message}`,
      { cause },
    );
  }
}
