import { AttuneError } from '@attune/errors';
import type { WeightKind } from '@attune/schema';
import { defaultActionWeights } from '../events/event-interactions.js';
import { recordsOf } from '../rows.js';
import type { SourceFile, SourcePlan } from '../source-plan.js';
import type { NumeralForm } from '../values.js';
import { actionColumn, weightsByAction } from './action-column.js';
import { actionOf, gradesByName, isImpressions } from './column-names.js';
import { ColumnSample } from './column-sample.js';
import { actionReader, type FileWeights, labelReader, numberReader } from './file-weights.js';
import { kindOfColumn } from './kind.js';
import { ownVocabulary, type Vocabulary, vocabularyOf } from './labels.js';

export interface WeightOptions {
  /** What the weights are; told from their column unless set. */
  weights?: WeightKind | undefined;
  /** What the labels of the weight's column stand for, such as `{ E: 1, S: 0.1 }`; case does not matter. */
  weightLabels?: Readonly<Record<string, number>> | undefined;
  /** What an action of people weighs. Default: impression 0, click 1, add_to_cart 5, purchase 20. */
  actionWeights?: Readonly<Record<string, number>> | undefined;
}

/** Rows of a file that its weights are told by. */
const sampledRows = 100_000;
/** A column of more different words holds texts, not labels. */
const mostLabels = 10;

/**
 * Looks at the first rows of every file with interactions or judgments, and says what its weights are. Where no column was named or has a usual
 * name, counts of actions and labels of a known vocabulary are found.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for a weight of a label that is negative or no number, or labels that nobody gave weights to
 */
export async function planWeights(plan: SourcePlan, options: WeightOptions = {}): Promise<void> {
  for (const file of plan.files) {
    if (file.role !== 'interactions' && file.role !== 'judgments') continue;
    const { weights, slices } = plan.manifest ?? {};
    // What the caller says is of what people did; judgments speak for themselves.
    const kind =
      file.role === 'interactions' ? (options.weights ?? weights) : slices?.[file.slice ?? '']?.weights;
    file.weights = await weightsOf(file, { ...options, weights: kind });
    const [column] = file.weights.columns;
    if (column === undefined || file.mapping.columns.weight !== undefined) continue;
    file.mapping.columns.weight = column;
    file.mapping.guessed.add('weight');
  }
}

async function weightsOf(file: SourceFile, options: WeightOptions): Promise<FileWeights> {
  if (file.lists !== undefined && file.lists.negatives.length > 0) {
    return {
      kind: options.weights ?? 'labels',
      columns: [],
      why: 'A positive text weighs 1 and a negative one 0.',
      of: () => undefined,
    };
  }
  const samples = await sampleColumns(file);
  const own = options.weightLabels && ownVocabulary(options.weightLabels);
  const named = file.mapping.columns.weight;
  const isDeclared = named !== undefined && !file.mapping.guessed.has('weight');
  if (!isDeclared && options.weights !== 'labels' && own === undefined) {
    const actions = actionColumns(samples, named);
    if (actions.length > 0)
      return withImpressions(actionWeights(actions, options), samples, file.mapping.columns.rank, options);
    const action = named === undefined ? actionColumn(samples) : undefined;
    if (action !== undefined) {
      const rankOf = rankReader(file.mapping.columns.rank, action.form);
      return withKind(weightsByAction(action, rankOf, options.actionWeights), options);
    }
  }
  const sample =
    named === undefined ? labelColumn(samples, own) : samples.find(({ column }) => column === named);
  if (sample === undefined) {
    return {
      kind: options.weights ?? 'counts',
      columns: [],
      why: `There is no column of weights, so every row counts once.${unusedNumbers(samples)}`,
      of: () => undefined,
    };
  }
  const weights = columnWeights(sample, own, options);
  return actionOf(sample.column) === undefined
    ? weights
    : withImpressions(weights, samples, file.mapping.columns.rank, options);
}

/** Rates that the caller calls counts lose their impressions. */
function withKind(weights: FileWeights, { weights: kind }: WeightOptions): FileWeights {
  if (kind === undefined || kind === weights.kind) return weights;
  return { ...weights, kind, impressions: undefined };
}

/** Numbers that nobody named may be what the caller wanted to be learned from. */
function unusedNumbers(samples: readonly ColumnSample[]): string {
  const names = samples
    .filter(({ numbers, filled, distinct }) => numbers > 0 && numbers === filled && distinct > 1)
    .map(({ column }) => column);
  return names.length === 0
    ? ''
    : ` Numbers that are not used: ${names.join(', ')}. If one of them says how much a row counts, name it with \`columns.weight\`, or call it weight.`;
}

/** The column that says how often documents were shown. */
function impressionColumn(samples: readonly ColumnSample[]): string | undefined {
  return samples.find(({ column, numbers, labels, highest }) => {
    return isImpressions(column) && numbers > 0 && labels.size === 0 && highest > 1;
  })?.column;
}

/** Counts beside impressions are rates, unless the caller says that they are counts. */
function withImpressions(
  weights: FileWeights,
  samples: readonly ColumnSample[],
  rankColumn: string | undefined,
  options: WeightOptions,
): FileWeights {
  const { kind = 'rates' } = { kind: options.weights };
  if (kind !== 'rates') return weights;
  const { form } = samples[0]!;
  const rankOf = rankReader(rankColumn, form);
  const column = impressionColumn(samples);
  if (column === undefined) {
    const clicked = samples.find(
      (sample) => weights.columns.length === 1 && sample.column === weights.columns[0],
    );
    // Rows that say of single impressions whether they were clicked.
    if (clicked?.values.join() !== '0,1') return weights;
    return { ...weights, impressions: (values) => ({ count: 1, rank: rankOf(values) }) };
  }
  const numberOf = numberReader(column, form);
  return {
    ...weights,
    kind,
    why: `${weights.columns.join(', ')} beside ${column} is taken for rates: actions per impression.`,
    impressions: (values) => ({ count: numberOf(values) || 0, rank: rankOf(values) }),
  };
}

function rankReader(column: string | undefined, form: NumeralForm): FileWeights['of'] {
  return column === undefined ? () => undefined : numberReader(column, form);
}

/** The columns that may hold weights: the mapped one, and those that were taken for nothing else. */
async function sampleColumns(file: SourceFile): Promise<ColumnSample[]> {
  const { columns, fields } = file.mapping;
  const { weight, ...others } = columns;
  const taken = new Set([...Object.values(others), ...fields]);
  const samples = new Map<string, ColumnSample>();
  for (const column of weight === undefined ? file.columns : [weight, ...file.columns]) {
    if (!taken.has(column) || column === weight) samples.set(column, new ColumnSample(column, file.format));
  }
  if (samples.size === 0) return [];
  let rows = 0;
  sampling: for await (const records of recordsOf(file)) {
    for (const { values } of records) {
      for (const [column, sample] of samples) sample.add(values[column]);
      rows += 1;
      if (rows >= sampledRows) break sampling;
    }
  }
  return [...samples.values()];
}

/** Columns of counted actions, at most one for each action; none where the mapped column is something else. */
function actionColumns(samples: readonly ColumnSample[], named: string | undefined) {
  if (named !== undefined && actionOf(named) === undefined) return [];
  const found = new Map<string, ColumnSample>();
  for (const sample of samples) {
    const action = actionOf(sample.column);
    const isCount = sample.numbers > 0 && sample.labels.size === 0 && kindOfColumn(sample).kind === 'counts';
    if (action !== undefined && isCount && !found.has(action)) found.set(action, sample);
  }
  return [...found].map(([action, sample]) => ({ action, sample }));
}

function actionWeights(
  actions: readonly { action: string; sample: ColumnSample }[],
  options: WeightOptions,
): FileWeights {
  const weights = options.actionWeights ?? defaultActionWeights;
  const { sample } = actions[0]!;
  if (actions.length === 1) {
    const { column } = sample;
    const kind = options.weights ?? 'counts';
    return {
      kind,
      columns: [column],
      why: sentence(column, kind, options, kindOfColumn(sample).why),
      of: numberReader(column, sample.form),
    };
  }
  const columns = actions.map(({ action, sample }) => ({
    column: sample.column,
    weight: weights[action] ?? 0,
  }));
  const sum = columns.map(({ column, weight }) => `${weight} × ${column}`).join(' + ');
  return {
    kind: options.weights ?? 'counts',
    columns: columns.map(({ column }) => column),
    why: `The weights are counts of what people did: ${sum}.`,
    of: actionReader(columns, sample.form),
  };
}

/** A column of labels that nobody named. Words that also say other things need a column named as a label. */
function labelColumn(
  samples: readonly ColumnSample[],
  own: Vocabulary | undefined,
): ColumnSample | undefined {
  const known = samples.filter(({ labels, numbers, column }) => {
    if (labels.size === 0 || numbers > 0) return false;
    if (own !== undefined && [...labels.keys()].every((label) => own.weights.has(label))) return true;
    const vocabulary = vocabularyOf(labels.keys());
    return vocabulary !== undefined && (gradesByName(column) || (!vocabulary.ambiguous && labels.size > 1));
  });
  const named = known.find(({ column }) => gradesByName(column));
  // Words that nobody knows are taken as well, so that validation says so instead of training on all of them alike.
  const other = ({ column, filled, labels }: ColumnSample) =>
    filled > 0 && gradesByName(column) && labels.size <= mostLabels;
  return named ?? known[0] ?? samples.find(other);
}

function columnWeights(
  sample: ColumnSample,
  own: Vocabulary | undefined,
  options: WeightOptions,
): FileWeights {
  const { column } = sample;
  const told = kindOfColumn(sample);
  const kind = options.weights ?? (own === undefined ? told.kind : 'labels');
  if (kind !== 'labels') {
    return {
      kind,
      columns: [column],
      why: sentence(column, kind, options, told.why),
      of: numberReader(column, sample.form),
    };
  }
  const vocabulary = joined(own, told.vocabulary);
  // A dataset that was written has the weights of its labels, and no words any more.
  if (vocabulary === undefined && options.weights === 'labels' && sample.labels.size > 0) {
    const listed = [...sample.labels.values()].slice(0, 5);
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected to know what the labels in the column "${column}" (${listed.join(', ')}) stand for, but they are of no known vocabulary. ` +
        `Say it with \`weightLabels\`, such as ${listed
          .slice(0, 2)
          .map((label, i) => `${label} ${1 - i}`)
          .join(' and ')}, or write numbers in the file.`,
    );
  }
  const stand = [...sample.labels]
    .flatMap(([label, text]) => {
      const weight = vocabulary?.weights.get(label);
      return weight === undefined ? [] : [`${text} ${weight}`];
    })
    .slice(0, 10);
  const why = own === undefined ? told.why : 'its weights were declared';
  return {
    kind,
    columns: [column],
    why: sentence(column, kind, options, `${why}${stand.length > 0 ? `; weights: ${stand.join(', ')}` : ''}`),
    of: labelReader(column, vocabulary, sample.form),
  };
}

/** What the caller declared counts before what is known. */
function joined(own: Vocabulary | undefined, known: Vocabulary | undefined): Vocabulary | undefined {
  if (own === undefined || known === undefined) return own ?? known;
  return { ...own, weights: new Map([...known.weights, ...own.weights]) };
}

function sentence(column: string, kind: WeightKind, options: WeightOptions, why: string): string {
  return options.weights === undefined
    ? `${column} was taken for ${kind}, since ${why}.`
    : `${column} is read as ${kind}, as declared.`;
}
