import { AttuneError } from '@attune/errors';
import { type CycleWorkResult, candidateFolder, type DoneWork, stepsFolder } from '@attune/jobs';
import { readCandidateVectors } from '@attune/loop';
import type { DecisionRecord, ReleaseRecord, Store } from '@attune/store';
import type { Models } from '../models/models.js';

/** Builds the next generation of a collection and flips to it: `Service.promote`. */
export type Promote = (
  collection: string,
  bundle: string,
  options: {
    reason: 'gate';
    /** Name of the decision. */
    of: string;
    signal?: AbortSignal | undefined;
    onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  },
) => Promise<ReleaseRecord & { number: number; encoded: number }>;

/** What a cycle's end works on. */
export interface CycleFinisher {
  store: Store;
  models: Models;
  promote: Promote;
}

export interface CycleJobResult {
  /** Name of the decision's record. */
  decision: string;
  verdict: DecisionRecord['verdict'];
  reasons: string[];
  /** Name of the registered candidate; null where the cycle ended before there was one. */
  candidate: string | null;
  fingerprint: string | null;
  /** How much it learned from; kept with the decision too. */
  learned: CycleWorkResult['learned'];
  /**
   * Documents whose vectors were made: with the model in service, with the candidate, and for the promotion, which are those written
   * meanwhile; null where it was not promoted, or was before the server ended.
   */
  encoded: CycleWorkResult['encoded'] & { promotion: number | null };
  /** Number of the release that it was promoted as; null when it was not. */
  release: number | null;
  /** What became of the verdict. */
  outcome: 'promoted' | 'waits for a person' | 'dry run' | 'another release came first' | 'stays as it is';
}

/**
 * Registers the candidate, keeps the decision, and promotes what the gate let through. The decision's name is made of the job's id,
 * and a release names its decision, so a second time finds what the first has done.
 */
export async function finishCycle(
  done: DoneWork<'cycle'>,
  { store, models, promote }: CycleFinisher,
): Promise<CycleJobResult> {
  const { id, made, folder, signal, step, progress } = done;
  const { collection, dryRun = false } = done.request;
  const { candidate, decision } = made;
  const name = `${collection}/${id}`;
  if (candidate) {
    step('registering the candidate');
    await models.adopt(candidate.name, candidateFolder(folder, candidate.name), {
      fingerprint: candidate.fingerprint,
      base: made.serving,
      job: id,
    });
  }
  const collectionNow = await store.get('collection', collection);
  if (!collectionNow) throw new AttuneError('NOT_FOUND', `There is no collection "${collection}" any more.`);
  if (!(await store.get('decision', name))) {
    step('keeping the decision');
    const record: DecisionRecord = {
      createdAt: Date.now(),
      job: id,
      candidate: candidate?.name ?? '',
      verdict: decision.verdict,
      report: {
        ...decision,
        comparedWith: made.comparedWith,
        lexical: candidate?.lexical ?? null,
        learned: made.learned,
      },
    };
    await store.change([{ kind: 'decision', name, put: record }]);
  }
  const result = {
    decision: name,
    verdict: decision.verdict,
    reasons: decision.reasons,
    candidate: candidate?.name ?? null,
    fingerprint: candidate?.fingerprint ?? null,
    learned: made.learned,
    encoded: { ...made.encoded, promotion: null },
    release: null,
  };
  if (decision.verdict !== 'promote' || !candidate) return { ...result, outcome: 'stays as it is' };
  if (dryRun) return { ...result, outcome: 'dry run' };
  await keepVectors(store, done, candidate.fingerprint);

  const promoted = await promotedBy(store, collection, name);
  if (promoted !== undefined) return { ...result, release: promoted, outcome: 'promoted' };
  if (collectionNow.value.learning.promotion !== 'automatic') {
    return { ...result, outcome: 'waits for a person' };
  }
  // It was found better than that one; of what a person put there meanwhile nothing is known.
  if (collectionNow.value.release !== made.comparedWith) {
    return { ...result, outcome: 'another release came first' };
  }
  step('promoting');
  const release = await promote(collection, candidate.name, {
    reason: 'gate',
    of: name,
    signal,
    onProgress: ({ done, total }) => progress(total === 0 ? 1 : done / total),
  });
  const encoded = { ...made.encoded, promotion: release.encoded };
  return { ...result, encoded, release: release.number, outcome: 'promoted' };
}

/** Vectors of one write. */
const vectorsTogether = 1024;

/** Gives the store the candidate's vectors, so that a promotion, now or by a person later, makes those of newer documents alone. */
async function keepVectors(
  store: Store,
  { step, folder, request }: DoneWork<'cycle'>,
  fingerprint: string,
): Promise<void> {
  const kept = await readCandidateVectors(stepsFolder(folder), fingerprint);
  if (kept === undefined) return;
  step("keeping the candidate's vectors");
  for (let begin = 0; begin < kept.vectors.length; begin += vectorsTogether) {
    const part = kept.vectors.slice(begin, begin + vectorsTogether);
    await store.putVectors(
      request.collection,
      fingerprint,
      part.map(({ id, version, vector }) => ({ id, sequence: version, vector })),
    );
  }
}

/** Number of the release that this decision led to, if it has. */
async function promotedBy(store: Store, collection: string, decision: string): Promise<number | undefined> {
  const releases = await store.list('release', { prefix: `${collection}/` });
  const found = releases.find(({ value }) => value.reason === 'gate' && value.of === decision);
  return found && Number(found.name.slice(collection.length + 1));
}
