import type { Encoder } from '@attune/encode';
import { AttuneError, counted } from '@attune/errors';
import {
  type Choice,
  type EvaluationReport,
  evaluateLegs,
  type JudgedLegs,
  type Leg,
  relevanceThreshold,
} from '@attune/evaluate';
import type { FusionWeight, RankedRows } from '@attune/search';
import type { Catalogue } from './catalogue.js';
import { type BestBm25, bestBm25 } from './choices/best-bm25.js';
import { chooseFusion } from './choices/choose-fusion.js';
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
  /** Texts of the queries that the model was tuned on, which its queries are sliced by; none: not known. */
  learnedFrom?: Iterable<string> | undefined;
  keepPerQuery?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
}

export interface CompareResult {
  report: EvaluationReport;
  bm25: BestBm25;
  /** The model with the best BM25 and the weight that was chosen for it. */
  model: Searcher;
  /** Of the model. */
  vectors: CatalogueVectors;
  /** The base with the same words and weight. */
  base: Searcher | undefined;
  /** Answers to the main set, as TREC runs hold them. */
  legs: Leg[];
}

/**
 * Compares a model with the best BM25, with its base, and with its own fusion with BM25. BM25 and the fusion weight are chosen
 * on the choosing queries; every figure comes from others.
 */
export async function compareModels(options: CompareOptions): Promise<CompareResult> {
  const { catalogue, sets, signal, against } = options;
  if (against.includes('base') && !options.base) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      'Expected a base model to compare with, since \'base\' was asked for. Name it with --base (in a job: "base").',
    );
  }
  options.onStep?.('choosing BM25');
  const bm25 = await bestBm25(catalogue, sets.choosing, { signal });
  options.onStep?.('encoding the catalogue with the model');
  const vectors = await embedCatalogue(options.model, catalogue, { signal });
  if (against.includes('base')) options.onStep?.('encoding the catalogue with its base');
  const baseVectors = against.includes('base')
    ? await embedCatalogue(options.base!, catalogue, { signal })
    : undefined;

  const searcherOf = (encoder: Encoder, vectors: CatalogueVectors, fusionWeight: FusionWeight) =>
    Searcher.over(catalogue, {
      encoder,
      vectors,
      words: bm25.index,
      lexical: { ...bm25.settings, fusionWeight },
    });
  options.onStep?.('choosing the fusion weight');
  const untried = searcherOf(options.model, vectors, 0);
  const fusion = await chooseFusion(untried, sets.choosing, catalogue, {
    vectors: await untried.encode(askedOf(sets.choosing).asked, { signal }),
    signal,
  });
  const model = searcherOf(options.model, vectors, fusion.weight);
  const base = baseVectors && searcherOf(options.base!, baseVectors, fusion.weight);

  const legsOf = async (set: JudgedSet): Promise<Leg[]> => {
    const { asked, limit } = askedOf(set);
    const leg = (name: string, answers: readonly RankedRows[]): Leg => ({
      name,
      rankings: rankingsOf(answers, set, catalogue),
    });
    const encoded = await model.encode(asked, { signal });
    const search = (mode: 'lexical' | 'vector' | 'hybrid') =>
      model.search(asked, { mode, limit, vectors: encoded, signal });
    return [
      ...(against.includes('bm25') ? [leg('bm25', await search('lexical'))] : []),
      ...(base ? [leg('base', await base.search(asked, { mode: 'vector', limit, signal }))] : []),
      leg('tuned', await search('vector')),
      ...(against.includes('hybrid') ? [leg('hybrid', await search('hybrid'))] : []),
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
      analyser: bm25.settings.analyser,
    }),
    choices: [...(options.choices ?? []), bm25.choice, fusion.choice],
    notes: [...(options.notes ?? []), ...vectors.notes, ...relevanceNotes(sets.main)],
    keepPerQuery: options.keepPerQuery,
    documentTitle: (id) => Object.values(catalogue.documents[catalogue.rowOf(id) ?? -1]?.fields ?? {})[0],
  });
  return { report, bm25, model, vectors, base, legs };
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
      'for them, say so with --weights, or call their column clicks or ctr in the file.',
  ];
}
