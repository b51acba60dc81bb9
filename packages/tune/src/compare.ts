import { coverageNotes, Encoder, measureCoverage, type Reading } from '@attune/encode';
import { AttuneError, checkList, checkOptions, counted, wrongArgument } from '@attune/errors';
import {
  type Choice,
  type EvaluationReport,
  evaluateLegs,
  type JudgedLegs,
  type Leg,
  relevanceThreshold,
  type ServedBy,
} from '@attune/evaluate';
import { defaultCut } from '@attune/indexes';
import { carriedSettings, type LexicalSettings, type RankedRows } from '@attune/search';
import type { Catalogue } from './catalogue.js';
import { type ChosenLexical, chooseLexical } from './choices/choose-lexical.js';
import { type CatalogueVectors, embedCatalogue } from './embed-catalogue.js';
import type { JudgedSet, JudgedSets } from './judged.js';
import { askedOf, rankingsOf } from './judged-rankings.js';
import { querySlices } from './query-slices.js';
import { Searcher } from './searcher.js';

/** What a model may be compared with. */
export const rivals = ['bm25', 'base', 'hybrid'] as const;
export type Rival = (typeof rivals)[number];

export interface CompareOptions {
  /** What is evaluated, such as the dataset's path. */
  name: string;
  catalogue: Catalogue;
  sets: JudgedSets;
  model: Encoder;
  /** Needed when `against` names it. */
  base?: Encoder | undefined;
  against: readonly Rival[];
  /** Whatever was chosen before, such as the epoch, for the report. */
  choices?: readonly Choice[] | undefined;
  notes?: readonly string[] | undefined;
  /** Chooses BM25 and the fusion weight on these choosing queries, although the model carries a choice. */
  chooses?: boolean | undefined;
  /** Digest of the data, to tell whether what the model carries was chosen on other data; undefined: not told. */
  dataset?: string | undefined;
  /** Texts of the queries that the model was tuned on, which its queries are sliced by; none: not known. */
  learnedFrom?: Iterable<string> | undefined;
  keepPerQuery?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
}

export interface CompareResult {
  report: EvaluationReport;
  /** The model as it is searched with its BM25 and its weight: `model.lexical`. */
  model: Searcher;
  /** Of the model. */
  vectors: CatalogueVectors;
  /** How much of the documents and of the queries the model knows. */
  readings: Reading[];
  /** The base with the same words and weight. */
  base: Searcher | undefined;
  /** Answers to the main set, as TREC runs hold them. */
  legs: Leg[];
}

/**
 * Compares a model with BM25, with its base, and with its own fusion with BM25. BM25 and the fusion weight are those that the model
 * carries, so that what is judged is what an index or a collection of that model serves; where it carries none, they are chosen on the
 * choosing queries. Every figure comes from others.
 */
export async function compareModels(options: CompareOptions): Promise<CompareResult> {
  checkOptions('{ catalogue, sets, model, against }', options);
  const { catalogue, sets, signal, against } = options;
  for (const [name, model] of [
    ['model', options.model],
    ['base', options.base ?? options.model],
  ] as const)
    if (!(model instanceof Encoder)) throw wrongArgument(name, 'an Encoder', model);
  checkList('against', against);
  if (against.includes('base') && !options.base) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      "Expected a base model to compare with, since 'base' was asked for. Give it as `base`.",
    );
  }
  options.onStep?.('encoding the catalogue with the model');
  const vectors = await embedCatalogue(options.model, catalogue, { signal });
  if (against.includes('base')) options.onStep?.('encoding the catalogue with its base');
  const baseVectors = against.includes('base')
    ? await embedCatalogue(options.base!, catalogue, { signal })
    : undefined;

  const carried = options.chooses ? undefined : carriedBy(options.model);
  const { settings: lexical, choices } = carried ?? (await chosenHere(options, vectors));
  const words = catalogue.words(lexical);
  const model = Searcher.over(catalogue, { encoder: options.model, vectors, words, lexical });
  const base =
    baseVectors && Searcher.over(catalogue, { encoder: options.base!, vectors: baseVectors, words, lexical });

  const legsOf = async (set: JudgedSet): Promise<Leg[]> => {
    const { asked, limit } = askedOf(set);
    const leg = (name: string, servedBy: ServedBy, answers: readonly RankedRows[]): Leg => ({
      name,
      servedBy,
      rankings: rankingsOf(answers, set, catalogue),
    });
    const encoded = await model.encode(asked, { signal });
    const search = (mode: 'lexical' | 'vector' | 'hybrid') =>
      model.search(asked, { mode, limit, vectors: encoded, signal });
    return [
      ...(against.includes('bm25') ? [leg('bm25', 'words', await search('lexical'))] : []),
      ...(base ? [leg('base', 'base', await base.search(asked, { mode: 'vector', limit, signal }))] : []),
      leg('tuned', 'tuned', await search('vector')),
      ...(against.includes('hybrid') ? [leg('hybrid', 'fused', await search('hybrid'))] : []),
    ];
  };
  options.onStep?.('judging the answers');
  const legs = await legsOf(sets.main);
  const quadrants: JudgedLegs[] = [];
  for (const set of sets.quadrants) {
    quadrants.push({
      name: set.name,
      judgments: set.judgments,
      relevance: set.relevance,
      legs: await legsOf(set),
    });
  }
  const texts = [sets.main, ...sets.quadrants].flatMap(({ queries }) =>
    queries.map(({ id, text }) => [id, text] as const),
  );
  const ofQueries = await queryReading(options);
  const report = evaluateLegs({
    name: options.name,
    set: sets.main.name,
    judgments: sets.main.judgments,
    relevance: sets.main.relevance,
    legs,
    candidate: 'tuned',
    baseline: base ? 'base' : 'bm25',
    queries: new Map(texts),
    quadrants,
    slices: querySlices(sets.main.queries, {
      learnedFrom: options.learnedFrom ?? [],
      lexical,
    }),
    choices: [...(options.choices ?? []), ...choices],
    notes: [
      ...(options.notes ?? []),
      ...vectors.notes,
      ...coverageNotes([ofQueries]),
      ...relevanceNotes(sets.main),
      ...searchNotes(options, lexical, carried !== undefined),
    ],
    keepPerQuery: options.keepPerQuery,
    documentTitle: (id) => Object.values(catalogue.documents[catalogue.rowOf(id) ?? -1]?.fields ?? {})[0],
  });
  return { report, model, vectors, readings: [vectors.reading, ofQueries], base, legs };
}

/** How much of the queries the model knows. */
async function queryReading({ model, sets, signal }: CompareOptions): Promise<Reading> {
  const texts = [sets.main, ...sets.quadrants].flatMap(({ queries }) => queries.map(({ text }) => text));
  const coverage = await measureCoverage(model.tokenizer, texts, { signal });
  return { model: model.bundle.name, what: 'queries', coverage };
}

/** What the model's lineage says of how words count beside it. */
function carriedBy({ bundle }: Encoder): ChosenLexical | undefined {
  const search = bundle.manifest?.lineage.search;
  const settings = carriedSettings(search, bundle.path);
  return settings && { settings, choices: search!.choices };
}

async function chosenHere(
  { model, catalogue, sets, signal, onStep }: CompareOptions,
  documents: CatalogueVectors,
): Promise<ChosenLexical> {
  const { choosing } = sets;
  const texts = choosing.queries.map(({ text }) => text);
  const queries = await model.encodeQueries(texts, { signal });
  return chooseLexical({ catalogue, choosing, documents, queries, signal, onStep });
}

/** What is told where the figures are of other settings than the model is served with, or those were chosen on other data. */
function searchNotes(
  { model, sets, dataset }: CompareOptions,
  { analyser, cut, k1, b, fields, fusionWeight }: LexicalSettings,
  isCarried: boolean,
): string[] {
  const { name, manifest } = model.bundle;
  const lineage = manifest?.lineage;
  if (isCarried) {
    if (dataset === undefined || lineage?.dataset === dataset) return [];
    return [
      `BM25 and the fusion weight are those that ${name} carries, chosen on other data. Chosen on this data, BM25 may be better.`,
    ];
  }
  if (sets.choosing.queries.length === 0) return [];
  return [
    `BM25 and the fusion weight were chosen for this report. An index or a collection of ${name} takes ` +
      `${lineage?.search ? 'those that it carries' : 'the usual ones, because it carries none'}, unless it is given these: analyser ${analyser}, ${cut === defaultCut ? '' : `cut ${cut}, `}` +
      `k1 ${k1}, b ${b}, fields ${fields.join(', ')}, fusion weight ${fusionWeight}.`,
  ];
}

/** What is told where hardly any query has a relevant document: such figures say little of the others. */
function relevanceNotes({ name, judgments, relevance }: JudgedSet): string[] {
  if (judgments.size === 0) return [];
  const from = relevance?.relevantFrom ?? relevanceThreshold(judgments).relevantFrom;
  const answered = [...judgments.values()].filter((grades) =>
    [...grades.values()].some((grade) => grade >= from),
  );
  if (answered.length >= judgments.size / 2) return [];
  return [
    `Only ${answered.length.toLocaleString('en')} of ${counted(judgments.size, 'query', 'queries')} of ${name} ` +
      `${answered.length === 1 ? 'has' : 'have'} a relevant document. If the weights of the log are counts or rates and were not taken ` +
      'for them, say so with `weights`, or call their column clicks or ctr in the file.',
  ];
}
