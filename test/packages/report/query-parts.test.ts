import { queryPartsSentences, validationSection, validationText } from '@attune/report';
import { describe, expect, it } from 'vitest';
import { sampleValidation } from './sample.js';

const parts = {
  all: 800,
  training: 560,
  choosing: 118,
  test: 122,
  areStated: false,
  least: 100,
  smallestDifference: 0.0507,
};
const few = { ...parts, all: 80, training: 54, choosing: 15, test: 11, smallestDifference: 0.169 };
const none = {
  all: 80,
  training: 0,
  choosing: 0,
  test: 0,
  areStated: false,
  least: 100,
  smallestDifference: null,
};

describe('the sentences about the queries of data', () => {
  it('give sizes and the smallest difference', () => {
    expect(queryPartsSentences(parts)).toEqual([
      'A split gives 560 queries to learn from, 118 to choose by and 122 test queries. The smallest difference of NDCG@10 that so many test queries can show is about 0.05.',
    ]);
  });

  it('say of too few that they are, and what to do', () => {
    expect(queryPartsSentences(few)).toEqual([
      'A split gives 54 queries to learn from, 15 to choose by and 11 test queries. The smallest difference of NDCG@10 that so many test queries can show is about 0.17.',
      'That is too few: a decision takes 100 test queries. Give a longer log, with about 9.1 times as many different queries, or a folder with judgments of your own (test.qrels).',
    ]);
    expect(queryPartsSentences({ ...few, areStated: true, test: 40 })[1]).toBe(
      'That is too few: a decision takes 100 test queries. Judge about 60 more queries (in test.qrels, or qrels/test.tsv), with at least one right document each.',
    );
    expect(queryPartsSentences({ ...none, training: 4, all: 9 }).join(' ')).toMatch(
      /So few show nothing\. That is too few: .* some 667 different queries that led to a click/,
    );
  });

  it('say what is missing where there is nothing to learn from', () => {
    expect(queryPartsSentences({ ...none, all: 0 })[0]).toMatch(/^It holds documents and no queries/);
    expect(queryPartsSentences(none)[0]).toMatch(/^None of its 80 queries led to a document/);
  });

  it('stand at the top of the text and of the page', () => {
    const report = { ...sampleValidation, queries: few };
    const [verdict, ...after] = validationText(report).split('\n');
    expect(verdict).toMatch(/^WARN/);
    expect(after[0]).toMatch(/^ {2}A split gives 54 queries/);
    const { html } = validationSection(report);
    expect(html.indexOf('That is too few')).toBeGreaterThan(0);
    expect(html.indexOf('That is too few')).toBeLessThan(html.indexOf('<table'));
  });
});
