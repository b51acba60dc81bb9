import {
  type Dataset,
  type DocumentRow,
  examinationOf,
  type Feedback,
  type Judgments,
  type PositionBias,
  type QueryRow,
  type ScalarValue,
  type Visit,
} from '@attune/data';
import { gradedJudgments } from '@attune/evaluate';
import { foldText } from '@attune/text';
import { pairWeights } from '@attune/tune';
import { boundGain, type GainedPair } from './bounded-gain.js';
import { believable, excessOf } from './excess.js';
import { estimatePositionBias } from './position-bias.js';
import { type Rates, ratesOf } from './rates.js';
import { bestChance, fairChance, fitRelevance, type RelevanceModel } from './relevance-model.js';
import { splitFeedback } from './split-feedback.js';

export interface LearningOptions {
  seed: number;
  documents: readonly DocumentRow[];
  /** Learned from beside the events: their train part; their dev may be chosen on. */
  datasets: readonly Dataset[];
  golden: readonly string[];
  /** Share of right answers by rank, as what is in service answers judged queries; see estimatePositionBias. */
  relevance?: readonly number[] | undefined;
}

/** A query with what was shown and done, to judge a ranking by. */
export interface ShownQuery {
  text: string;
  filter: unknown;
  /** People who asked it. */
  visits: number;
  /** document that was shown -> probability that it is a right answer */
  gains: Map<string, number>;
}

/** What a cycle learns from and chooses on, and what its feedback says of the newest queries. Plain data but for judgments. */
export interface LearningSet {
  /** Train queries with interactions; a slice `dev` of the other datasets' queries to choose on, and an empty `test`. */
  dataset: Dataset;
  bias: PositionBias;
  model: RelevanceModel;
  /** To choose on and to judge by, the latter from the newest time slice. */
  choosing: ShownQuery[];
  newest: ShownQuery[];
  /** Begin of the newest time slice, milliseconds since 1970; null without feedback. */
  newestFrom: number | null;
  counts: LearningCounts;
}

export interface LearningCounts {
  trainQueries: number;
  pairs: number;
  /** Pairs that somebody acted on, but that are right with a chance below {@link leastPairWeight}. */
  unlikelyPairs: number;
  /** Pairs that were acted on more often than looks can account for, wherever they would have gone: the visits in which they were are not used. */
  excessPairs: number;
  /** Likely pairs beyond what one document or query may gain in a cycle: see `mostGain`. */
  beyondGain: number;
  chooseQueries: number;
  newestQueries: number;
  /** Pairs and queries from the datasets beside the events. */
  datasetPairs: number;
  datasetChooseQueries: number;
  /** Rows of those datasets that were left out: judged elsewhere, or their document is not in the collection. */
  datasetLeftOut: number;
}

/** Only pairs that are right with this chance are learned from. On dev, 0.01 to 0.8 made no difference (NDCG@10 0.439 to 0.442). */
export const leastPairWeight = 0.35;

const source = { file: 'events', line: 0 };

/** Parts and debiases feedback, and makes of it the dataset that a model is tuned on. */
export function learningSet(
  feedback: Pick<Feedback, 'queries' | 'visits'>,
  options: LearningOptions,
): LearningSet {
  const { seed, documents, datasets } = options;
  const known = new Set(documents.map(({ id }) => id));
  const others = datasets.flatMap((dataset) => otherRows(dataset));
  const textOf = numbersOf(feedback.queries.map(({ text }) => foldText(text)));
  const bias = estimatePositionBias(feedback.visits, textOf, options.relevance);
  const examination = examinationOf(bias.exponent);
  const excess = excessOf(feedback.visits, examination);
  const visits = believable(feedback.visits, excess);
  const split = splitFeedback(
    { queries: feedback.queries, visits },
    {
      seed,
      golden: options.golden,
      others: others.map(({ query, isChosenOn }) => ({ text: query, isChosenOn })),
    },
  );
  const model = fitRelevance(ratesOf(visits, examination));
  const counts: LearningCounts = {
    trainQueries: 0,
    pairs: 0,
    unlikelyPairs: 0,
    excessPairs: [...excess.values()].reduce((sum, { size }) => sum + size, 0),
    beyondGain: 0,
    chooseQueries: 0,
    newestQueries: 0,
    datasetPairs: 0,
    datasetChooseQueries: 0,
    datasetLeftOut: 0,
  };
  const gained: GainedPair[] = [];
  const judgments: Judgments = new Map();

  for (const [query, pairs] of ratesOf(split.train, examination)) {
    const { text } = feedback.queries[query]!;
    const id = `e${query}`;
    for (const [documentId, pair] of pairs) {
      const weight = pair.actions > 0 ? bestChance(pair, model) : 0;
      if (weight >= leastPairWeight)
        gained.push({
          interaction: { queryId: id, query: text, documentId, weight, source },
          actors: pair.actors,
        });
      else if (pair.actions > 0) counts.unlikelyPairs += 1;
    }
  }
  const interactions = boundGain(gained).map(({ interaction }) => interaction);
  const textOfId = new Map(interactions.map(({ queryId, query }) => [queryId, query]));
  const queries = Array.from(textOfId, ([id, text]): QueryRow => ({ id, text, part: 'train', source }));
  counts.trainQueries = queries.length;
  counts.pairs = interactions.length;
  counts.beyondGain = gained.length - interactions.length;
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

  const shown = (visits: readonly Visit[]) =>
    shownQueries(feedback, visits, ratesOf(visits, examination), model);
  const choosing = shown(split.choose.filter(({ isRecorded }) => isRecorded));
  counts.chooseQueries = choosing.length;
  const newest = shown(split.judge.filter(({ isRecorded }) => isRecorded));
  counts.newestQueries = newest.length;
  return {
    dataset: {
      path: 'events',
      documents: [...documents],
      queries,
      interactions,
      weights: { kind: 'grades', why: 'A weight is the chance that a document is a right answer.' },
      slices: [
        { name: 'dev', judgments },
        { name: 'test', judgments: new Map() },
      ],
    },
    bias,
    model,
    choosing,
    newest,
    newestFrom: Number.isFinite(split.newestFrom) ? split.newestFrom : null,
    counts,
  };
}

/**
 * Queries that somebody acted on. Only visits whose search record says what was shown can judge: without it nobody knows what was
 * passed over.
 */
function shownQueries(
  feedback: Pick<Feedback, 'queries' | 'visits'>,
  recorded: readonly Visit[],
  rates: Rates,
  model: RelevanceModel,
): ShownQuery[] {
  const visits = new Map<number, number>();
  for (const { query } of recorded) visits.set(query, (visits.get(query) ?? 0) + 1);
  return [...rates]
    .filter(([, pairs]) => [...pairs.values()].some(({ actions }) => actions > 0))
    .map(([query, pairs]) => ({
      ...feedback.queries[query]!,
      visits: visits.get(query)!,
      gains: new Map([...pairs].map(([id, rate]) => [id, fairChance(rate, model)])),
    }));
}

/** Equal texts have equal numbers. */
function numbersOf(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}

interface OtherRow {
  query: string;
  isChosenOn: boolean;
  filter: Record<string, ScalarValue> | undefined;
  /** document -> weight, 0 to 1 */
  grades: Map<string, number>;
  source: QueryRow['source'];
}

/**
 * A dataset's train queries with what is relevant to them, and its dev queries. Of grades relevant is half of the highest and above, of other
 * weights whatever is above 0.
 */
function otherRows(dataset: Dataset): OtherRow[] {
  const rows: OtherRow[] = [];
  const { kind = 'grades' } = dataset.weights ?? {};
  const highest = dataset.interactions.reduce((top, { weight }) => Math.max(top, weight), 0);
  const least = kind === 'grades' ? highest / 2 : 0;
  const relevant = dataset.interactions.filter(({ weight }) => weight > 0 && weight >= least);
  const weights = pairWeights(relevant, kind);
  const byQuery = new Map<string, OtherRow>();
  relevant.forEach(({ queryId, query, documentId, source }, place) => {
    let row = byQuery.get(queryId);
    if (row === undefined) {
      row = { query, isChosenOn: false, filter: undefined, grades: new Map(), source };
      byQuery.set(queryId, row);
      rows.push(row);
    }
    // Beside the chances that events come to, of which 1 is certainty.
    row.grades.set(documentId, Math.min(1, weights[place]!));
  });
  const dev = dataset.slices.find(({ name }) => name === 'dev');
  const queryOf = new Map(dataset.queries.map((query) => [query.id, query]));
  const { judgments } = gradedJudgments(dev?.judgments ?? new Map(), dev?.weights);
  let top = 0;
  for (const grades of judgments.values()) {
    for (const grade of grades.values()) top = Math.max(top, grade);
  }
  for (const [id, grades] of judgments) {
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
export function equalitiesOf(filter: unknown): Record<string, ScalarValue> | undefined {
  if (filter === undefined || filter === null) return {};
  const { and, field, equals } = filter as { and?: unknown; field?: unknown; equals?: unknown };
  if (Array.isArray(and)) {
    const values: Record<string, ScalarValue> = {};
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
  return typeof field === 'string' && isValue ? { [field]: equals as ScalarValue } : undefined;
}
