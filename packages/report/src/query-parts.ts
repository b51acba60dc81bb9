import type { QueryParts } from '@attune/data';
import { counted } from '@attune/errors';

/** Share of a log's queries that a split gives to the test. */
const testShare = 0.15;

/**
 * How many queries there are to learn from, to choose by and to test on, and what so many can show, in words; then, where they are too few
 * for a decision, that they are, and what to do.
 */
export function queryPartsSentences(parts: QueryParts): string[] {
  const { all, training, choosing, test, areStated, least, smallestDifference } = parts;
  if (all === 0)
    return [
      'It holds documents and no queries, so there is nothing to learn from and nothing to judge by. Check the log, and name these documents beside it.',
    ];
  if (training + choosing + test === 0)
    return [
      `None of its ${counted(all, 'query', 'queries')} led to a document: there is no weight above 0, so there is nothing to learn from and nothing to judge by. ` +
        'Is another column the one of clicks or grades? Where each row is a click, leave the column of weights out.',
    ];
  const sizes =
    `${areStated ? 'Its judgments give' : 'A split gives'} ${counted(training, 'query', 'queries')} to learn from, ` +
    `${choosing.toLocaleString('en')} to choose by and ${counted(test, 'test query', 'test queries')}.`;
  const shown =
    smallestDifference === null || smallestDifference > 0.5
      ? 'So few show nothing.'
      : `The smallest difference of NDCG@10 that so many test queries can show is about ${twoDigits(smallestDifference)}.`;
  if (test >= least) return [`${sizes} ${shown}`];
  return [
    `${sizes} ${shown}`,
    `That is too few: a decision takes ${least} test queries. ${areStated ? moreJudgments(parts) : longerLog(parts)}`,
  ];
}

const moreJudgments = ({ test, least }: QueryParts) =>
  `Judge about ${counted(least - test, 'more query', 'more queries')} (in test.qrels, or qrels/test.tsv), with at least one right document each.`;

function longerLog({ test, least }: QueryParts): string {
  const size =
    test === 0
      ? `some ${Math.ceil(least / testShare)} different queries that led to a click`
      : `about ${twoDigits(least / test)} times as many different queries`;
  return `Give a longer log, with ${size}, or a folder with judgments of your own (test.qrels).`;
}

const twoDigits = (value: number) => String(Number(value.toPrecision(value < 0.1 ? 1 : 2)));
