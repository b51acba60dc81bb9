import { parseJson } from '../files/json-fields.js';

/**
 * English plurals and possessives lose their ending before the words are cut into pieces: lamps, lamp's -> lamp; batteries -> battery;
 * boxes, dishes -> box, dish; glass and bus stay. Rules of tokenizer.json itself, so that whoever loads the bundle has them.
 */
const singularRules: readonly { pattern: string; content: string }[] = [
  { pattern: "'s\\b", content: '' },
  { pattern: '(?<=[a-z]{2})ies\\b', content: 'y' },
  { pattern: '(?<=[a-z](?:ss|sh|ch|x|z))es\\b', content: '' },
  { pattern: '(?<=[a-z][a-rtv-z])s\\b', content: '' },
];

/** @param tokenizerJson  content of a tokenizer.json that lower-cases; the rules come after its own normaliser */
export function withSingularWords(tokenizerJson: string): string {
  const json = parseJson(tokenizerJson, 'tokenizer.json') as Record<string, unknown>;
  const rules = singularRules.map(({ pattern, content }) => ({
    type: 'Replace',
    pattern: { Regex: pattern },
    content,
  }));
  const before = json['normalizer'] === null || json['normalizer'] === undefined ? [] : [json['normalizer']];
  return JSON.stringify({ ...json, normalizer: { type: 'Sequence', normalizers: [...before, ...rules] } });
}
