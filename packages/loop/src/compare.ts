import type { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import {
  type Choice,
  type EvaluationReport,
  evaluateLegs,
  type JudgedLegs,
  type Leg,
} from '@attune/evaluate';
import type { FusionWeight, RankedRows } from '@attune/search';
import { denseAnswers, fusedAnswers, fusionParts, lexicalAnswers, rankingsOf } from './answers.js';
import { type BestBm25, bestBm25 } from './best-bm25.js';
import type { Catalogue } from './catalogue.js';
import { chooseFusion } from './choose-fusion.js';
import type { JudgedSet, JudgedSets } from './judged.js';
import { type EncodedCatalogue, encodeCatalogue, encodeJudged } from './vectors.js';

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
  keepPerQuery?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: string) => void) | undefined;
}

export interface CompareResult {
  report: EvaluationReport;
  bm25: BestBm25;
  /** How much BM25 counts beside the model in `hybrid`. */
  fusionWeight: FusionWeight;
  model: EncodedCatalogue;
  base: EncodedCatalogue | undefined;
  /** Answers to the main set, as TREC runs hold them. */
  legs: Leg[];
}

/** Answers of every part to one judged set. */
interface Answers {
  lexical: RankedRows[];
  tuned: { answers: RankedRows[]; queryVectors: Float32Array };
  base: RankedRows[] | undefined;
}

/**
 * Compares a model with the best BM25, with its base, and with its own fusion with BM25. BM25 and the fusion weight are chosen
 * on the choosing queries; every figure comes from others. Search is exact, so no index error is in the figures.
 */
export async function compareModels(options: CompareOptions): Promise<CompareResult> {
  const { catalogue, sets, signal, against } = options;
  if (against.includes('base') && !options.base) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      "Expected a base model to compare with, since 'base' was asked for. Name it with --base.",
    );
  }
  options.onStep?.('choosing BM25');
  const bm25 = bestBm25(catalogue, sets.choosing);
  options.onStep?.('encoding the catalogue with the model');
  const model = await encodeCatalogue(options.model, catalogue, { signal });
  if (against.includes('base')) options.onStep?.('encoding the catalogue with its base');
  const base = against.includes('base')
    ? await encodeCatalogue(options.base!, catalogue, { signal })
    : undefined;

  const answersTo = async (set: JudgedSet): Promise<Answers> => {
    const queryVectors = await encodeJudged(model.encoder, set, { signal });
    return {
      lexical: lexicalAnswers(bm25.index, set, catalogue),
      tuned: {
        queryVectors,
        answers: await denseAnswers(model.index, queryVectors, set, catalogue, { signal }),
      },
      base:
        base &&
        (await denseAnswers(base.index, await encodeJudged(base.encoder, set, { signal }), set, catalogue, {
          signal,
        })),
    };
  };
  const partsOf = ({ tuned, lexical }: Answers, set: JudgedSet) =>
    fusionParts(
      tuned.answers,
      lexical,
      set,
      { queryVectors: tuned.queryVectors, documentVectors: model.vectors, dim: model.encoder.dim },
      bm25.index,
    );

  options.onStep?.('choosing the fusion weight');
  const fusion = chooseFusion(
    partsOf(await answersTo(sets.choosing), sets.choosing),
    sets.choosing,
    catalogue,
  );

  const legsOf = async (set: JudgedSet): Promise<Leg[]> => {
    const answers = await answersTo(set);
    const leg = (name: string, rows: readonly RankedRows[]): Leg => ({
      name,
      rankings: rankingsOf(rows, set, catalogue),
    });
    return [
      ...(against.includes('bm25') ? [leg('bm25', answers.lexical)] : []),
      ...(answers.base ? [leg('base', answers.base)] : []),
      leg('tuned', answers.tuned.answers),
      ...(against.includes('hybrid')
        ? [leg('hybrid', fusedAnswers(partsOf(answers, set), fusion.weight))]
        : []),
    ];
  };
  options.onStep?.('judging the answers');
  const legs = await legsOf(sets.main);
  const quadrants: JudgedLegs[] = [];
  for (const set of sets.quadrants) {
    quadrants.push({ name: set.name, judgments: set.judgments, legs: await legsOf(set) });
  }
  const texts = [sets.main, ...sets.quadrants].flatMap(({ queries }) =>
    queries.map(({ id, text }) => [id, text] as const),
  );
  const report = evaluateLegs({
    name: options.name,
    set: sets.main.name,
    judgments: sets.main.judgments,
    legs,
    candidate: 'tuned',
    baseline: base ? 'base' : 'bm25',
    queries: new Map(texts),
    quadrants,
    choices: [...(options.choices ?? []), bm25.choice, fusion.choice],
    notes: options.notes,
    keepPerQuery: options.keepPerQuery,
    documentTitle: (id) => Object.values(catalogue.documents[catalogue.rowOf(id) ?? -1]?.fields ?? {})[0],
  });
  return { report, bm25, fusionWeight: fusion.weight, model, base, legs };
}
