// Which regular expressions of a tokenizer.json are run: those that step back no further than in proportion to the text.
import { Tokenizer, withSingularWords } from '@attune/encode';
import { expect, it } from 'vitest';
import { tokenizer as tiny } from '../tiny-models.js';

const load = (json: string) =>
  new Tokenizer({
    json,
    rows: 1000,
    maxTokens: null,
    addSpecialTokens: false,
    truncationSide: 'right',
    lowercase: false,
  });
const withPattern = (Regex: string) =>
  JSON.stringify({ ...tiny, normalizer: { type: 'Replace', pattern: { Regex }, content: '' } });
const long = ['a'.repeat(100_000), 'ab'.repeat(50_000), 'xies '.repeat(20_000), ' '.repeat(100_000)];

it.each(['(?<=[a-z]{2})ies\\b', '(?<=[a-z](?:ss|sh|ch|x|z))es\\b', '(?<!a{1,3}b)c', '(?<=\\w{0,900})e'])(
  'runs %s over long texts',
  async (pattern) => {
    const { offsets } = await load(withPattern(pattern)).tokenize(long);
    expect(offsets).toHaveLength(long.length + 1);
  },
);

it.each(['(?<=a*)b', '(?<=(?:a|bc){1,40})d', '(?<=(a+)+)b', '(?>a)b', '(?<name>a)'])(
  'refuses %s before anything is run',
  (pattern) => {
    expect(() => load(withPattern(pattern))).toThrow(
      expect.objectContaining({ code: 'BUNDLE_INVALID', message: expect.stringContaining('not supported') }),
    );
  },
);

it('runs the rules of our own by which plurals lose their ending', async () => {
  const plain = JSON.stringify({ ...tiny, normalizer: { type: 'Lowercase' } });
  const tokenizer = load(withSingularWords(plain));
  const { offsets } = await tokenizer.tokenize(['desks batteries', ...long]);
  expect(offsets).toHaveLength(long.length + 2);
});
