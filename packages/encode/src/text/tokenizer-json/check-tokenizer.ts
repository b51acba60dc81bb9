import { isObject, JsonFields } from '../../files/json-fields.js';
import { checkAddedTokens } from './added-tokens.js';
import type { Json } from './component.js';
import { checkModel, modelType } from './model.js';
import { checkNormalizer } from './normalizer.js';
import { checkPostProcessor } from './post-processor.js';
import { checkPreTokenizer } from './pre-tokenizer.js';

export interface CheckedTokenizer {
  /** As it was written. */
  root: JsonFields;
  /**
   * What the tokenizers library is given: the components that were looked at, with the keys that are known of them. What is not used is left
   * out: decoder, truncation and padding.
   */
  json: string;
  addedTokens: Json[];
  /** Special tokens that are put around a text. */
  addedAround: number;
}

/**
 * Checks a tokenizer.json before the tokenizers library sees it. The library ends the whole process on much of what a damaged file can say, at
 * once or when a certain text comes; so each component has to be one that is known, and each of its values one that the library can work with.
 *
 * @param rows       rows of the token table: every id must be below it
 * @param where      the file, in messages
 * @param lowercase  every text is lower-cased first
 * @throws {AttuneError} BUNDLE_INVALID or BUNDLE_UNSUPPORTED, naming file and key
 */
export function checkTokenizerJson(
  json: string,
  rows: number,
  where: string,
  lowercase = false,
): CheckedTokenizer {
  const root = JsonFields.parse(json, where);
  if (root.has('version') && root.string('version') !== '1.0')
    throw root.invalid(
      `"version" is ${JSON.stringify(root.string('version').slice(0, 80))}, but only 1.0 is known`,
    );
  const addedTokens = checkAddedTokens(root, rows);
  const model = checkModel(root.object('model'), rows, addedTokens);
  const given = root.has('normalizer') ? checkNormalizer(root.object('normalizer')) : null;
  const first = { type: 'Lowercase' };
  const lowered = given === null ? first : { type: 'Sequence', normalizers: [first, given] };
  const around = root.has('post_processor')
    ? checkPostProcessor(root.object('post_processor'), rows)
    : undefined;
  const parts = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: lowercase ? lowered : given,
    pre_tokenizer: root.has('pre_tokenizer') ? checkPreTokenizer(root.object('pre_tokenizer')) : null,
    post_processor: around?.processor ?? null,
    decoder: null,
    model,
  };
  return { root, json: JSON.stringify(parts), addedTokens, addedAround: around?.added ?? 0 };
}

/** The id that stands for what the vocabulary does not have, or undefined where there is none. */
export function unknownTokenId(root: JsonFields): number | undefined {
  const model = root.object('model');
  if (modelType(model) === 'Unigram') return model.has('unk_id') ? model.integer('unk_id', 0) : undefined;
  const token = model.get('unk_token');
  if (typeof token !== 'string') return undefined;
  const added = root.has('added_tokens') ? root.array('added_tokens') : [];
  const found = added.find((entry) => isObject(entry) && entry['content'] === token);
  const id = isObject(found) ? found['id'] : model.object('vocab').get(token);
  return typeof id === 'number' ? id : undefined;
}
