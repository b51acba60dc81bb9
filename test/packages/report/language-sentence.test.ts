import type { ValidationReport } from '@attune/data';
import { validationText } from '@attune/report';
import { expect, it } from 'vitest';
import { sampleValidation } from './sample.js';

it('the language that texts were taken for, or that was said, stands in the report', () => {
  const textOf = (language: ValidationReport['language']) =>
    validationText({ ...sampleValidation, language });
  expect(textOf({ tag: 'zh', guessed: true })).toContain('The texts are taken for Chinese.');
  expect(textOf({ tag: 'pt-BR', guessed: false })).toContain(
    'The texts are Brazilian Portuguese, as was said.',
  );
  expect(textOf(undefined)).not.toContain('The texts are');
});
