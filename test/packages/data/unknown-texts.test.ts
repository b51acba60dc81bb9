import { TextSample, type UnknownTexts, type ValidateOptions, validate } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

/** A model that knows no text with a digit. */
const digits: NonNullable<ValidateOptions['unknownTexts']> = async (texts, what): Promise<UnknownTexts> => {
  const unknown = texts.filter((text) => /\d/.test(text)).length;
  const unknownShare = texts.length > 0 ? unknown / texts.length : 0;
  const note = unknownShare > 0.2 ? `Of ${what} ${unknown} are unknown.` : undefined;
  return { texts: texts.length, unknownShare, note };
};

const findingOf = async (log: string, options: ValidateOptions = {}) => {
  const report = await validate(filesIn(folder, { 'log.csv': log }), options);
  return { report, finding: report.findings.find(({ code }) => code === 'UNKNOWN_TEXT') };
};

describe('texts that a model does not know', () => {
  const log = 'query,id,title\nlamp,a,Desk 1\nseat,b,Chair 2\nrug,c,Rug\n';

  it('are a warning in the words of who knows the model', async () => {
    const { report, finding } = await findingOf(log, { unknownTexts: digits });
    expect(finding).toMatchObject({
      severity: 'warning',
      count: 2,
      total: 6,
      message: '2 of 6 texts (33 %). Of documents 2 are unknown.',
    });
    expect(report.rules).toContain('UNKNOWN_TEXT');
    expect(report.rowsRejected).toBe(0);
  });

  it('are no finding where they are few, and not looked for where nobody knows a model', async () => {
    expect((await findingOf(log.replaceAll(/ \d/g, ''), { unknownTexts: digits })).finding).toBeUndefined();
    expect((await findingOf(log)).report.rules).not.toContain('UNKNOWN_TEXT');
  });
});

it('a sample holds some of every order of texts, and no more than wanted', () => {
  const sample = new TextSample(1_000);
  for (let i = 0; i < 100_000; ++i) sample.take(() => (i % 2 ? 'odd' : 'even'));
  const odd = sample.texts.filter((text) => text === 'odd').length;
  expect(sample.texts.length).toBeGreaterThan(500);
  expect(sample.texts.length).toBeLessThanOrEqual(1_000);
  expect(odd / sample.texts.length).toBeCloseTo(0.5, 1);
});
