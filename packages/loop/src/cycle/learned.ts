import type { FeedbackCounts } from '@attune/data';
import { counted } from '@attune/errors';
import type { CycleRecord } from './cycle.js';

/** Why an event says nothing that a cycle could use. */
export type ReasonNotUsed = Exclude<keyof FeedbackCounts, 'events' | 'used' | 'people'>;

/** How much a cycle learned from, and what became of the rest. */
export interface CycleLearned {
  /** Events that were used: to learn from, to choose on, or to judge by. */
  rows: number;
  /** All events of the collection that it read. */
  of: number;
  /** Events by reason; reasons without an event are absent. `rows` and these sum to `of`. */
  leftOut: Partial<Record<ReasonNotUsed, number>>;
  /** Pairs of a query and a document that the candidate was trained on, those of datasets included. 0 where none was trained. */
  pairs: number;
  /** Pairs that people acted on too rarely to be likely right: nothing is learned from them. */
  unlikelyPairs: number;
  /** Pairs that were acted on more often than looks can account for, as by one person in many names: visits in which they were are not used. */
  excessPairs: number;
  /** Likely pairs beyond what one document or query may gain in a cycle. */
  beyondGain: number;
  /** All of it for a person. */
  sentence: string;
}

const told: Record<ReasonNotUsed, [one: string, many: string]> = {
  repeated: ['repeats what the same person did', 'repeat what the same person did'],
  sameSearch: [
    'repeats what was done in the same search, in another name',
    'repeat what was done in the same search, in another name',
  ],
  overShare: ['is beyond what one client may count for', 'are beyond what one client may count for'],
  overDay: [
    'is beyond what one client may count for on a day',
    'are beyond what one client may count for on a day',
  ],
  overDocument: [
    'is beyond what one client may count for on one document',
    'are beyond what one client may count for on one document',
  ],
  unknownDocument: [
    'is on a document that is not in the collection',
    'are on documents that are not in the collection',
  ],
  notShown: [
    'is on a document that its search did not show',
    'are on documents that their searches did not show',
  ],
  tooDeep: ['is deeper in an answer than people look', 'are deeper in an answer than people look'],
  beforeSearch: ['is older than its search', 'are older than their searches'],
  withoutQuery: ['has no query', 'have no query'],
  withoutDocument: ['names no document', 'name no document'],
  unknownAction: ['has an action without a weight', 'have actions without a weight'],
};

/** Such as "1,402 of 1,439 events used; 37 have no query. 320 pairs to learn from." */
export function cycleLearned({ feedback, tuning }: CycleRecord): CycleLearned {
  const { events, learning } = feedback!;
  const leftOut: CycleLearned['leftOut'] = {};
  const reasons: string[] = [];
  for (const reason of Object.keys(told) as ReasonNotUsed[]) {
    const count =
      reason === 'unknownAction'
        ? Object.values(events.unknownAction).reduce((sum, each) => sum + each, 0)
        : events[reason];
    if (count === 0) continue;
    leftOut[reason] = count;
    reasons.push(`${count.toLocaleString('en')} ${told[reason][count === 1 ? 0 : 1]}`);
  }
  const used = `${events.used.toLocaleString('en')} of ${counted(events.events, 'event')} used`;
  const { unlikelyPairs, excessPairs, beyondGain, datasetPairs } = learning;
  const pairs = tuning?.pairs ?? 0;
  const trained = [
    pairs === 0 ? 'Nothing was learned' : `${counted(pairs, 'pair')} to learn from`,
    ...(pairs > 0 && datasetPairs > 0 ? [`${counted(datasetPairs, 'pair')} came from datasets`] : []),
    ...(unlikelyPairs > 0
      ? [
          `${counted(unlikelyPairs, 'pair')} ${unlikelyPairs === 1 ? 'was' : 'were'} acted on too rarely to be likely right`,
        ]
      : []),
    ...(beyondGain > 0
      ? [
          `${counted(beyondGain, 'pair')} ${beyondGain === 1 ? 'is' : 'are'} beyond what one document or query may gain in a cycle`,
        ]
      : []),
    ...(excessPairs > 0
      ? [
          `${counted(excessPairs, 'pair')} ${excessPairs === 1 ? 'was' : 'were'} acted on more often than looks can account for`,
        ]
      : []),
  ];
  return {
    rows: events.used,
    of: events.events,
    leftOut,
    pairs,
    unlikelyPairs,
    excessPairs,
    beyondGain,
    sentence: `${[used, ...reasons].join('; ')}. ${trained.join('; ')}.`,
  };
}
