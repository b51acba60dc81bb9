import {
  byWordCount,
  type EvaluationReport,
  evaluateLegs,
  type Judgments,
  RandomWords,
} from '@attune/evaluate';
import type { TrainingSummary, ValidationReport } from '@attune/report';

/** A real evaluation of three legs that find one relevant document at a random place, the later legs sooner. */
export function sampleEvaluation(queryCount = 300): EvaluationReport {
  const random = new RandomWords(3);
  const judgments: Judgments = new Map();
  const queries = new Map<string, string>();
  const names = ['bm25', 'base', 'tuned'];
  const legs = names.map((name) => ({
    name,
    rankings: [] as { queryId: string; documentIds: string[]; scores: number[] }[],
  }));
  for (let i = 0; i < queryCount; ++i) {
    const queryId = `q${i}`;
    judgments.set(
      queryId,
      new Map([
        ['right', 2],
        ['near', 1],
      ]),
    );
    queries.set(queryId, i % 2 === 0 ? `lamp${i}` : `desk lamp <${i}>`);
    legs.forEach((leg, l) => {
      const place = Math.floor((random.next() / 2 ** 32) * (6 - 2 * l));
      const documentIds = Array.from({ length: 6 }, (_, rank) =>
        rank === place ? 'right' : `other ${rank}`,
      );
      leg.rankings.push({ queryId, documentIds, scores: documentIds.map((_, rank) => -rank) });
    });
  }
  return evaluateLegs({
    name: 'sample <data>',
    set: 'reporting half of dev',
    judgments,
    queries,
    legs,
    quadrants: [
      { name: 'dev-zero-shot', judgments, legs },
      { name: 'train-novel-doc', judgments, legs },
    ],
    baseline: 'base',
    candidate: 'tuned',
    slices: { words: byWordCount() },
    choices: [
      {
        what: 'BM25',
        chosen: 'English stems, k1 0.9, b 0.4',
        metric: 'ndcg@10',
        on: 'choosing half of dev',
        queryCount: 311,
        tried: [
          { name: 'plain', value: 0.3335 },
          { name: 'English stems, k1 0.9, b 0.4', value: 0.389 },
        ],
      },
    ],
    notes: ['98 % of the icons were seen in training with other words.'],
    documentTitle: (id) => (id === 'right' ? 'The <right> one' : undefined),
    keepPerQuery: true,
    rounds: 500,
  });
}

export const sampleValidation: ValidationReport = {
  schema: 'attune.validation/1',
  source: 'data/icons',
  verdict: 'warn',
  rowsRead: 88_128,
  files: [
    { file: 'log.jsonl', format: 'jsonl', role: 'interactions', rows: 71_885 },
    { file: 'corpus.jsonl', format: 'jsonl', role: 'documents', rows: 16_243 },
  ],
  rowsRejected: 37,
  rules: ['BLANK_TEXT'],
  mapping: [{ file: 'log.jsonl', role: 'query', column: 'alias', guessed: true }],
  weights: [
    {
      file: 'log.jsonl',
      columns: ['clicks'],
      kind: 'counts',
      why: 'clicks was taken for counts, since its name says so.',
    },
  ],
  findings: [
    {
      code: 'BLANK_TEXT',
      severity: 'error',
      count: 37,
      total: 71_885,
      share: 37 / 71_885,
      title: 'Blank text',
      message: 'The text is empty, blank, or a word that stands for nothing.',
      fix: 'Leave the row out, or mask the field.',
      examples: [{ file: 'log.jsonl', line: 4_711, text: '{"query": "\u001b[31mnull", "doc": "<b>x</b>"}' }],
    },
  ],
  fields: [{ file: 'corpus.jsonl', field: 'description', filled: 12_345, total: 16_243 }],
  durationMs: 1_234,
};

export const sampleTraining: TrainingSummary = {
  recipe: 'static',
  reason: '58,112 pairs are enough for a token table',
  losses: Array.from({ length: 1_000 }, (_, step) => ({
    step: step + 1,
    loss: 6.9 * Math.exp(-step / 400) + 0.5,
  })),
  epochs: [0.3544, 0.41, 0.4269, 0.42].map((score, epoch) => ({ epoch, score })),
  metric: 'ndcg@10 on the choosing half of dev',
  bestEpoch: 2,
  facts: [
    ['pairs', '58,112'],
    ['seed', '1'],
  ],
};
