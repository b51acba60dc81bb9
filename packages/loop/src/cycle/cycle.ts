import { createHash } from 'node:crypto';
import type { Dataset, FeedbackCounts, FeedbackEvent, ValidationReport } from '@attune/data';
import { type Bundle, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import type { Document } from '@attune/schema';
import type { LexicalSettings } from '@attune/search';
import type { TrainingProgress } from '@attune/train';
import { type ChosenLexical, datasetDigest, type JudgedSet, type TuneResult } from '@attune/tune';
import type { LearningSet } from '../feedback/learning-set.js';
import type { GateDecision, GateInput, GateRules, LatencyRatio } from '../gate/gate-rules.js';
import type { NewestJudgement } from '../gate/judge-newest.js';
import { FinishedSteps } from './finished-steps.js';

/** In their order. */
export type CycleStep = 'collect' | 'validate' | 'train' | 'choose' | 'judge' | 'decide';

/** A document as it was when the cycle began. */
export interface CycleDocument extends Document {
  /** Rises with each write of it. 0 unless set. */
  version?: number | undefined;
}

export interface CycleOptions {
  /** Name of the collection, for messages. */
  collection: string;
  /** Each finished step lies here; a run that was stopped continues from them, without reading documents or events again. */
  folder: string;
  documents: readonly CycleDocument[];
  /** Vectors by the bundle in service that are there already, by document id: those of just these versions. */
  knownVectors?:
    | ((fingerprint: string, versions: ReadonlyMap<string, number>) => ReadonlyMap<string, Float32Array>)
    | undefined;
  /** Of this collection, in the order of their sequence. */
  events: Iterable<FeedbackEvent>;
  /** By action name; what is not named counts for nothing. */
  actionWeights: Readonly<Record<string, number>>;
  /** Learned from beside the events: their train part; their dev may be chosen on. */
  datasets?: readonly Dataset[] | undefined;
  /** Frozen judged queries that nothing is learned from or chosen on. Without them there is no decision. */
  golden: JudgedSet | undefined;
  serving: {
    bundle: string;
    name: string;
    lexical: LexicalSettings;
    /** Those of them that a person has set for the collection: the candidate's are the same. */
    givenLexical?: Partial<LexicalSettings> | undefined;
  };
  /** The folder of the candidate's bundle. */
  candidate: string;
  rules?: Partial<GateRules> | undefined;
  /** 0 unless set. */
  seed?: number | undefined;
  signal?: AbortSignal | undefined;
  onStep?: ((step: CycleStep, detail: string) => void) | undefined;
  onTraining?: ((progress: TrainingProgress) => void) | undefined;
}

/** What a cycle came to, as far as it has come: each step adds its part. */
export interface CycleRecord {
  /** What became of the events, and what there was to learn from. */
  feedback?: { events: FeedbackCounts; learning: LearningSet['counts']; bias: LearningSet['bias'] };
  validation?: ValidationReport;
  tuning?: Omit<TuneResult, 'bundle' | 'base'>;
  /** Missing where the cycle ended before there was one. */
  candidate?: { bundle: string; fingerprint: string; lexical: LexicalSettings };
  /** How the candidate counts words, and what that was chosen by. */
  lexical?: ChosenLexical;
  evaluations: {
    golden?: GateInput['golden'];
    newest?: NewestJudgement;
    latency?: LatencyRatio | undefined;
  };
  /** Documents whose vectors were made here, by model. Those that were known already are not among them. */
  encoded: { serving: number; candidate: number };
  /** There is one once the cycle has ended. */
  decision?: GateDecision | undefined;
}

/** One cycle on its way. */
export interface Cycle {
  readonly options: CycleOptions;
  readonly seed: number;
  readonly servingBundle: Bundle;
  readonly finished: FinishedSteps;
  readonly record: CycleRecord;
  /**
   * Says what is about to be done.
   *
   * @throws {AttuneError} CANCELLED
   */
  begin(step: CycleStep, detail: string): void;
}

/** Of what finished steps hold: raised when that changes, so that no step of another version is continued from. */
const form = 3;

/** Opens the folder of a cycle; finished steps of other work in it are removed. */
export async function openCycle(options: CycleOptions): Promise<Cycle> {
  const { signal, seed = 0, golden, serving, onStep } = options;
  const servingBundle = await readBundle(serving.bundle);
  const finished = await FinishedSteps.open(options.folder, {
    form,
    collection: options.collection,
    seed,
    serving: [servingBundle.fingerprint, serving.lexical],
    golden: golden && judgedDigest(golden),
    datasets: (options.datasets ?? []).map(datasetDigest),
  });
  return {
    options,
    seed,
    servingBundle,
    finished,
    record: { evaluations: {}, encoded: { serving: 0, candidate: 0 } },
    begin(step, detail) {
      if (signal?.aborted) throw new AttuneError('CANCELLED', 'The cycle was cancelled.');
      onStep?.(step, detail);
    },
  };
}

function judgedDigest({ name, queries, judgments, ignore }: JudgedSet): string {
  const rows = queries.map((query) => [
    query,
    [...(ignore?.get(query.id) ?? [])],
    [...(judgments.get(query.id) ?? [])],
  ]);
  return createHash('sha256')
    .update(JSON.stringify([name, rows]))
    .digest('hex');
}
