import { AttuneError } from '@attune/errors';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../packages/cli/src/failure.js';
import { inWordsOf } from '../../../packages/cli/src/option-words.js';

const command = (...names: string[]) => ({ options: names.map((long) => ({ long })) }) as never;

describe('words of the library in those of a command', () => {
  it('are the options that this command has, and commands whichever it is', () => {
    const text = 'Set `few`, name `columns.query`, give a `base`, or look with `validate`.';
    expect(inWordsOf(command('--few', '--query-column', '--model'), text)).toBe(
      'On the command line, columns.query is --query-column, base is --model, few is --few, validate is attune validate.',
    );
    expect(inWordsOf(command('--base', '--model'), text)).toBe(
      'On the command line, base is --base, validate is attune validate.',
    );
    expect(inWordsOf(undefined, text)).toBe('On the command line, validate is attune validate.');
  });

  it('are added where a text names them as such, and to no other', () => {
    for (const text of ['few rows', 'the `fewest`', '`attune index`', 'force (`--force`)', ''])
      expect(inWordsOf(command('--few', '--force'), text)).toBe('');
  });

  it('end what a failed command says', () => {
    const error = new AttuneError('DATA_TOO_FEW', 'To train all the same, set `few`.');
    expect(failureOf(error, command('--few')).text).toBe(
      'DATA_TOO_FEW: To train all the same, set `few`. On the command line, few is --few.',
    );
    expect(failureOf(error, command('--force')).text).toBe('DATA_TOO_FEW: To train all the same, set `few`.');
  });
});
