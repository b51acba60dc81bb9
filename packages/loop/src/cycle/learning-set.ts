import type { AttributeValue, Dataset, DocumentRow, Interaction, Judgments, QueryRow } from '@attune/data';
import type { Feedback } from './feedback.js';
import { estimatePositionBias, examinationOf, type PositionBias } from './position-bias.js';
import { meanRate, ratesOf } from './rates.js';
import { type FeedbackSplit, splitFeedback } from './split-feedback.js';

export interface LearningOptions {
  seed: number;
  documents: readonly DocumentRow[];
  /** Learned from beside the events: their train part; their dev may be chosen on. */
  datasets: readonly Dataset[];
  golden: readonly string[];
}

/** A query of the newest time slice, with what was shown and done there. */
export interface NewestQuery {
  text: string;
  filter: unknown;
  /** People who asked it there. */
  visits: number;
  pairs: { documentId: string; actions: number; examined: number }[];
}

/** What a cycle learns from and chooses on, and what its feedback says of the newest queries. Plain data but for judgments. */
export interface LearningSet {
  /** Train queries with interactions, and a slice `dev` to choose on; a slice `test` stands empty, so that dev is not halved. */
  dataset: Dataset;
  bias: PositionBias;
  newest: NewestQuery[];
  /** Begin of the newest time slice, milliseconds since 1970; null without feedback. */
  newestFrom: number | null;
  counts: LearningCounts;
}

export interface LearningCounts {
  trainQueries: number;
  pairs: number;
  chooseQueries: number;
  newestQueries: number;
  /** Pairs and queries from the datasets beside the events. */
  datasetPairs: number;
  datasetChooseQueries: number;
  /** Rows of those datasets that were left out: judged elsewhere, or their document is not in the collection. */
  datasetLeftOut: number;
  /** Choosing queries left out because their filter is not made of equalities. */
  filterLeftOut: number;
}

/** Looks that are added to every pair at the mean rate, so that one click on a document hardly seen is no certainty. */
export const smoothingLooks = 1;

/** A weight of 1/2 is what a document acted on as often as the average one gets. */
export function weightOf(actions: number, examined: number, mean: number): number {
  const rate = (actions + smoothingLooks * mean) / (examined + smoothingLooks);
  return rate / (rate + mean);
}

const source = { file: 'events', line: 0 };

/** Parts and debiases feedback, and makes of it the dataset that a model is tuned on. */
export function learningSet(feedback: Feedback, options: LearningOptions): LearningSet {
  const { seed, documents, datasets } = options;
  const known = new Set(documents.map(({ id }) => id));
  const others = datasets.flatMap((dataset) => otherRows(dataset));
  const split = splitFeedback(feedback, {
    seed,
    golden: options.golden,
    others: others.map(({ query, isChosenOn }) => ({ text: query, isChosenOn })),
  });
  const bias = estimatePositionBias(feedback.visits, split.groups);
  const examination = examinationOf(bias.exponent);
  const mean = meanRate(ratesOf(feedback.visits, examination));
  const counts: LearningCounts = {
    trainQueries: 0,
    pairs: 0,
    chooseQueries: 0,
    newestQueries: 0,
    datasetPairs: 0,
    datasetChooseQueries: 0,
    datasetLeftOut: 0,
    filterLeftOut: 0,
  };
  const queries: QueryRow[] = [];
  const interactions: Interaction[] = [];
  const judgments: Judgments = new Map();

  for (const [query, pairs] of ratesOf(split.train, examination)) {
    const { text } = feedback.queries[query]!;
    const id = `e${query}`;
    const acted = [...pairs].filter(([, { actions }]) => actions > 0);
    if (acted.length === 0) continue;
    counts.trainQueries += 1;
    queries.push({ id, text, part: 'train', source });
    for (const [documentId, { actions, examined }] of acted) {
      const weight = weightOf(actions, examined, mean);
      interactions.push({ queryId: id, query: text, documentId, weight, source });
    }
  }
  counts.pairs = interactions.length;

  for (const [query, pairs] of ratesOf(split.choose, examination)) {
    const { text, filter } = feedback.queries[query]!;
    const grades = new Map<string, number>();
    for (const [id, { actions, examined }] of pairs) {
      if (actions > 0) grades.set(id, weightOf(actions, examined, mean));
    }
    if (grades.size === 0) continue;
    const equalities = equalitiesOf(filter);
    if (equalities === undefined) {
      counts.filterLeftOut += 1;
      continue;
    }
    const id = `e${query}`;
    queries.push({ id, text, part: 'dev', filter: equalities, source });
    judgments.set(id, grades);
    counts.chooseQueries += 1;
  }

  others.forEach((row, place) => {
    const side = split.otherSides[place]!;
    const grades = new Map([...row.grades].filter(([id]) => known.has(id)));
    if (grades.size === 0 || side !== (row.isChosenOn ? 'choose' : 'train')) {
      counts.datasetLeftOut += 1;
      return;
    }
    const id = `d${place}`;
    queries.push({
      id,
      text: row.query,
      part: row.isChosenOn ? 'dev' : 'train',
      ...(row.filter ? { filter: row.filter } : {}),
      source: row.source,
    });
    if (row.isChosenOn) {
      judgments.set(id, grades);
      counts.datasetChooseQueries += 1;
      return;
    }
    for (const [documentId, weight] of grades) {
      interactions.push({ queryId: id, query: row.query, documentId, weight, source: row.source });
      counts.datasetPairs += 1;
    }
  });

  const newest = newestQueries(feedback, split, examination);
  counts.newestQueries = newest.length;
  return {
    dataset: {
      path: 'events',
      documents: [...documents],
      queries,
      interactions,
      slices: [
        { name: 'dev', judgments },
        { name: 'test', judgments: new Map() },
      ],
    },
    bias,
    newest,
    newestFrom: Number.isFinite(split.newestFrom) ? split.newestFrom : null,
    counts,
  };
}

/** Only visits whose search record says what was shown can judge: without it nobody knows what was passed over. */
function newestQueries(
  feedback: Feedback,
  split: FeedbackSplit,
  examination: (rank: number) => number,
): NewestQuery[] {
  const recorded = split.judge.filter(({ isRecorded }) => isRecorded);
  const visits = new Map<number, number>();
  for (const { query } of recorded) visits.set(query, (visits.get(query) ?? 0) + 1);
  return [...ratesOf(recorded, examination)].map(([query, pairs]) => ({
    ...feedback.queries[query]!,
    visits: visits.get(query)!,
    pairs: [...pairs].map(([documentId, rate]) => ({ documentId, ...rate })),
  }));
}

interface OtherRow {
  query: string;
  isChosenOn: boolean;
  filter: Record<string, AttributeValue> | undefined;
  /** document -> weight, 0 to 1 */
  grades: Map<string, number>;
  source: QueryRow['source'];
}

/** A dataset's train queries with what is relevant to them, at half of its highest weight and above, and its dev queries. */
function otherRows(dataset: Dataset): OtherRow[] {
  const rows: OtherRow[] = [];
  const highest = dataset.interactions.reduce((top, { weight }) => Math.max(top, weight), 0);
  const byQuery = new Map<string, OtherRow>();
  for (const { queryId, query, documentId, weight, source } of dataset.interactions) {
    if (weight <= 0 || weight < highest / 2) continue;
    let row = byQuery.get(queryId);
    if (row === undefined) {
      row = { query, isChosenOn: false, filter: undefined, grades: new Map(), source };
      byQuery.set(queryId, row);
      rows.push(row);
    }
    row.grades.set(documentId, weight / highest);
  }
  const dev = dataset.slices.find(({ name }) => name === 'dev');
  const queryOf = new Map(dataset.queries.map((query) => [query.id, query]));
  let top = 0;
  for (const grades of dev?.judgments.values() ?? []) {
    for (const grade of grades.values()) top = Math.max(top, grade);
  }
  for (const [id, grades] of dev?.judgments ?? []) {
    const query = queryOf.get(id);
    if (query === undefined) continue;
    const positive = new Map(
      [...grades].filter(([, grade]) => grade > 0).map(([doc, grade]) => [doc, grade / top]),
    );
    const filter = { ...dev!.filter, ...query.filter };
    rows.push({ query: query.text, isChosenOn: true, filter, grades: positive, source: query.source });
  }
  return rows;
}

/** The filter as attribute values that must be equal; undefined when it says something else. */
export function equalitiesOf(filter: unknown): Record<string, AttributeValue> | undefined {
  if (filter === undefined || filter === null) return {};
  const { and, field, equals } = filter as { and?: unknown; field?: unknown; equals?: unknown };
  if (Array.isArray(and)) {
    const values: Record<string, AttributeValue> = {};
    for (const each of and) {
      const part = equalitiesOf(each);
      if (part === undefined) return undefined;
      for (const [name, value] of Object.entries(part)) {
        if (Object.hasOwn(values, name) && values[name] !== value) return undefined;
        values[name] = value;
      }
    }
    return values;
  }
  const isValue = ['string', 'number', 'boolean'].includes(typeof equals);
  return typeof field === 'string' && isValue ? { [field]: equals as AttributeValue } : undefined;
}
