import { AttuneError } from '@attune/errors';
import { errorOf, plainError } from '@attune/worker';
import { describe, expect, it } from 'vitest';

describe('a plain error', () => {
  it('keeps the code and the words of ours, and nothing else', () => {
    const error = new AttuneError('DISK_FULL', 'No space.', { cause: new Error('ENOSPC') });
    const plain = structuredClone(plainError(error));
    expect(plain).toEqual({ code: 'DISK_FULL', message: 'No space.' });
    const revived = errorOf(plain);
    expect(revived).toBeInstanceOf(AttuneError);
    expect([revived.code, revived.message]).toEqual(['DISK_FULL', 'No space.']);
  });

  it('is INTERNAL for all others, whose place is in the stack alone', () => {
    const fault = new TypeError('x is undefined');
    const revived = errorOf(structuredClone(plainError(fault)));
    expect([revived.code, revived.message]).toEqual(['INTERNAL', 'x is undefined']);
    expect(revived.stack).toBe(fault.stack);
    for (const thrown of ['words', 7, null, undefined]) {
      expect(plainError(thrown)).toEqual({ code: 'INTERNAL', message: String(thrown) });
    }
  });
});
