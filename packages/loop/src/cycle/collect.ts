import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { collectFeedback, type DocumentRow, type FeedbackCounts } from '@attune/data';
import { Encoder } from '@attune/encode';
import { Catalogue, type CatalogueVectors, embedCatalogue, Searcher } from '@attune/tune';
import { type LearningSet, learningSet } from '../feedback/learning-set.js';
import { decideOnData } from '../gate/decide-gate.js';
import { defaultGateRules } from '../gate/gate-rules.js';
import { relevanceByRank } from '../gate/judge-golden.js';
import type { Cycle, CycleDocument } from './cycle.js';
import type { FinishedSteps } from './finished-steps.js';

/** A document of the cycle, as a dataset has it. */
export type SnapshotRow = DocumentRow & { version: number };

/** A model with the cycle's documents, and the vectors that it searches them by. */
export interface EmbeddedSearcher {
  searcher: Searcher;
  vectors: CatalogueVectors;
}

export interface Collected {
  documents: readonly SnapshotRow[];
  catalogue: Catalogue;
  serving: EmbeddedSearcher;
  learning: LearningSet;
}

/** Joins events to searches, and makes of them what is learned from, chosen on and judged by. Decides where that is too little. */
export async function collect(cycle: Cycle): Promise<Collected> {
  const { options, seed, finished, record } = cycle;
  const { signal, golden, serving } = options;
  cycle.begin('collect', 'reading documents and events');
  const documents = await snapshotOf(finished, options.documents);
  const catalogue = new Catalogue(documents);

  cycle.begin('collect', 'taking the vectors of what is in service');
  const encoder = await Encoder.load(serving.bundle);
  const versions = new Map(documents.map(({ id, version }) => [id, version]));
  const vectors = await embedCatalogue(encoder, catalogue, {
    known: options.knownVectors?.(encoder.fingerprint, versions),
    signal,
  });
  record.encoded.serving = vectors.encoded;
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical: serving.lexical });

  cycle.begin('collect', 'joining events to searches');
  const { learning, events } = await finished.run('collected', async () => {
    const feedback = collectFeedback(options.events, {
      actionWeights: options.actionWeights,
      isDocument: (id) => catalogue.rowOf(id) !== undefined,
    });
    const learning = learningSet(feedback, {
      seed,
      documents,
      datasets: options.datasets ?? [],
      golden: golden?.queries.map(({ text }) => text) ?? [],
      relevance: golden && (await relevanceByRank(golden, catalogue, searcher, { signal })),
    });
    const collected: { learning: LearningSet; events: FeedbackCounts } = {
      learning: { ...learning, dataset: { ...learning.dataset, documents: [] } },
      events: feedback.counts,
    };
    return collected;
  });
  record.feedback = { events, learning: learning.counts, bias: learning.bias };

  const { leastPairs } = { ...defaultGateRules, ...options.rules };
  const pairs = learning.counts.pairs + learning.counts.datasetPairs;
  const lacking =
    pairs < leastPairs
      ? [`expected at least ${leastPairs} (query, document) pairs to learn from, but found ${pairs}`]
      : [];
  record.decision = decideOnData({ rows: pairs, rejected: 0, failed: [], lacking }, options.rules);
  return { documents, catalogue, serving: { searcher, vectors }, learning };
}

/** The documents as they were when the work began: a collection continues to be written to. */
async function snapshotOf(
  finished: FinishedSteps,
  documents: readonly CycleDocument[],
): Promise<readonly SnapshotRow[]> {
  const file = 'documents.jsonl';
  if (!existsSync(finished.path(file))) {
    const lines = function* () {
      for (const { id, fields, attributes, version = 0 } of documents)
        yield `${JSON.stringify({ id, fields, attributes, version })}\n`;
    };
    await finished.writeText(file, lines());
  }
  const text = await readFile(finished.path(file), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => ({
      ...(JSON.parse(line) as Omit<SnapshotRow, 'source'>),
      source: { file, line: i + 1 },
    }));
}
