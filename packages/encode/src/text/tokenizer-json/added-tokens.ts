import { JsonFields } from '../../files/json-fields.js';
import { flag, type Json, shortText } from './component.js';
import { checkId } from './token-id.js';

const mostCharacters = 1000;
const beginsWithSpace = /^\p{White_Space}/u;

/**
 * The added tokens of tokenizer.json with what is known of each and nothing else.
 *
 * @throws {AttuneError} BUNDLE_INVALID naming the key
 */
export function checkAddedTokens(root: JsonFields, rows: number): Json[] {
  if (!root.has('added_tokens')) return [];
  return root.array('added_tokens').map((token, i) => {
    const fields = new JsonFields(token, `${root.where}, "added_tokens"[${i}]`);
    const content = shortText(fields, 'content', mostCharacters);
    if (content === '') throw fields.invalid('"content" is empty');
    const id = fields.integer('id', 0);
    checkId(fields, 'id', id, rows);
    const flags = ['single_word', 'lstrip', 'rstrip', 'normalized', 'special'].map((key) =>
      flag(fields, key),
    );
    return Object.assign({ id, content }, ...flags);
  });
}

/**
 * Whether each added token can be looked for. One that takes the spaces after it, and one that begins with a space and takes those before it,
 * would claim the same spaces, and the library ends the process. Tokens are looked for as the normaliser writes them, where they say so.
 *
 * @param normalize  what the normaliser makes of a text
 * @throws {AttuneError} BUNDLE_INVALID naming the tokens
 */
export function checkAddedTokensTogether(
  tokens: readonly Json[],
  root: JsonFields,
  normalize: (text: string) => string,
): void {
  for (const isNormalized of [false, true]) {
    const together = tokens.filter((token) => token['normalized'] === isNormalized);
    const written = (token: Json) =>
      isNormalized ? normalize(String(token['content'])) : String(token['content']);
    const empty = together.find((token) => written(token) === '');
    if (empty)
      throw root.invalid(
        `nothing is left of the added token ${JSON.stringify(empty['content'])} once it is normalised`,
      );
    const taking = together.find((token) => token['rstrip'] === true);
    const taken = together.find((token) => token['lstrip'] === true && beginsWithSpace.test(written(token)));
    if (taking && taken)
      throw root.invalid(
        `the added tokens ${JSON.stringify(taking['content'])} ("rstrip") and ${JSON.stringify(taken['content'])} ("lstrip") claim the same spaces`,
      );
  }
}
