import type { JsonFields } from '../../files/json-fields.js';
import { checkCharacterMap } from './character-map.js';
import { flag, type Json, listOf, patternOf, shortText, unknownType } from './component.js';
import { growthOf, mostGrowth, type Step } from './growth.js';

const mostCharacters = 1000;

/**
 * The normaliser of tokenizer.json with what is known of it and nothing else, each value looked at.
 *
 * @throws {AttuneError} BUNDLE_INVALID naming the key
 */
export function checkNormalizer(normalizer: JsonFields): Json {
  const steps: Step[] = [];
  const checked = checkStep(normalizer, steps, 0);
  const growth = growthOf(steps);
  if (growth > mostGrowth)
    throw normalizer.invalid(
      `it makes of one character up to ${Math.ceil(growth)}; at most ${mostGrowth} are allowed`,
    );
  return checked;
}

function checkStep(fields: JsonFields, steps: Step[], depth: number): Json {
  const type = fields.string('type');
  switch (type) {
    case 'Sequence':
      return {
        type,
        normalizers: listOf(fields, 'normalizers', depth, (each) => checkStep(each, steps, depth + 1)),
      };
    case 'BertNormalizer': {
      const flags = ['clean_text', 'handle_chinese_chars', 'lowercase'].map((key) => flag(fields, key));
      return Object.assign({ type }, ...flags, {
        strip_accents: fields.has('strip_accents') ? fields.boolean('strip_accents') : null,
      });
    }
    case 'Strip':
      return Object.assign({ type }, flag(fields, 'strip_left'), flag(fields, 'strip_right'));
    case 'Replace': {
      const { pattern, least, found } = patternOf(fields);
      const content = shortText(fields, 'content', mostCharacters);
      steps.push({ kind: 'replace', found, least, content });
      return { type, pattern, content };
    }
    case 'Prepend': {
      const prepend = shortText(fields, 'prepend', mostCharacters);
      // The library reads beyond the text where nothing is put before it.
      if (prepend === '') throw fields.invalid('"prepend" is empty');
      steps.push({ kind: 'prepend', content: prepend });
      return { type, prepend };
    }
    case 'Precompiled':
      steps.push({ kind: 'map', ...checkCharacterMap(fields, 'precompiled_charsmap') });
      return { type, precompiled_charsmap: fields.string('precompiled_charsmap') };
    case 'StripAccents':
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
    case 'Lowercase':
    case 'Nmt':
    case 'ByteLevel':
      return { type };
    default:
      throw unknownType(fields, type);
  }
}
