import type { JsonFields } from '../../files/json-fields.js';
import {
  character,
  delimiterBehaviours,
  flag,
  type Json,
  listOf,
  patternOf,
  unknownType,
  word,
} from './component.js';

const mostPieceCharacters = 2 ** 20;

/**
 * The pre-tokeniser of tokenizer.json with what is known of it and nothing else, each value looked at.
 *
 * @throws {AttuneError} BUNDLE_INVALID naming the key
 */
export function checkPreTokenizer(fields: JsonFields, depth = 0): Json {
  const type = fields.string('type');
  switch (type) {
    case 'Sequence':
      return {
        type,
        pretokenizers: listOf(fields, 'pretokenizers', depth, (each) => checkPreTokenizer(each, depth + 1)),
      };
    case 'ByteLevel':
      return {
        type,
        ...flag(fields, 'add_prefix_space'),
        ...flag(fields, 'trim_offsets'),
        ...flag(fields, 'use_regex', true),
      };
    case 'CharDelimiterSplit':
      return { type, ...character(fields, 'delimiter') };
    case 'Metaspace':
      return {
        type,
        ...character(fields, 'replacement'),
        ...flag(fields, 'add_prefix_space', true),
        ...word(fields, 'prepend_scheme', ['first', 'never', 'always'], 'always'),
        ...flag(fields, 'split', true),
      };
    case 'Split':
      return {
        type,
        pattern: patternOf(fields).pattern,
        ...word(fields, 'behavior', delimiterBehaviours),
        ...flag(fields, 'invert'),
      };
    case 'Punctuation':
      return { type, ...word(fields, 'behavior', delimiterBehaviours, 'Isolated') };
    case 'Digits':
      return { type, ...flag(fields, 'individual_digits') };
    case 'FixedLength': {
      const length = fields.integer('length', 1, 5);
      if (length > mostPieceCharacters)
        throw fields.invalid(`"length" is ${length}; at most ${mostPieceCharacters} are read`);
      return { type, length };
    }
    case 'BertPreTokenizer':
    case 'Whitespace':
    case 'WhitespaceSplit':
    case 'UnicodeScripts':
      return { type };
    default:
      throw unknownType(fields, type);
  }
}
