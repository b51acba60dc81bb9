import type { FeedbackEvent } from '@attune/data';
import type { AudienceQuery } from './audience.js';

/** What an attacker sees: a query with ids of documents, as the release in service answers it, best first. */
export interface AttackedQuery extends Pick<AudienceQuery, 'text'> {
  hits: readonly string[];
}

/** One who may search and send events, and acts on a document of each query. */
export interface Attack {
  /** What is done, as a sentence. */
  told: string;
  /** How often it acts on one query; `rank` of the document, from 1. */
  visits: (query: AttackedQuery, times: number) => ForgedVisit[];
}

/** One forged search: in whose name each of its events is sent, and which ranks, from 1, are acted on. */
interface ForgedVisit {
  people: string[];
  acted: number[];
  action?: string;
}

/** Ways to lift one document; `target` gives its id. */
export function liftingAttacks(target: () => string): Attack[] {
  /** From 1. */
  const rankIn = ({ hits }: AttackedQuery) => hits.indexOf(target()) + 1;
  return [
    {
      told: 'one search for each query, cited by many made-up people',
      visits: (query, times) => [{ people: names(times), acted: [rankIn(query)] }],
    },
    {
      told: 'a search for each made-up person',
      visits: (query, times) => names(times).map((person) => ({ people: [person], acted: [rankIn(query)] })),
    },
    {
      told: 'a search for each made-up person, who buys',
      visits: (query, times) =>
        names(times).map((person) => ({
          people: [person],
          acted: [rankIn(query)],
          action: 'purchase',
        })),
    },
    {
      told: 'one person, who searches again and again',
      visits: (query, times) => names(times).map(() => ({ people: ['the same'], acted: [rankIn(query)] })),
    },
  ];
}

/** Makes what is served look wrong, and what is learned be wrong: acts on what stands last. */
export const deepAttacks: Attack[] = [
  {
    told: 'one search for each query, cited by many made-up people, on what stands last',
    visits: ({ hits }, times) => [{ people: names(times), acted: [hits.length] }],
  },
  {
    told: 'a search for each made-up person, on what stands last',
    visits: ({ hits }, times) => names(times).map((person) => ({ people: [person], acted: [hits.length] })),
  },
];

const names = (count: number) => Array.from({ length: count }, (_, i) => `made-up ${i}`);

/** The events of an attack, all before a time. */
export function forgedEvents(
  { visits }: Attack,
  queries: readonly AttackedQuery[],
  { times, before }: { times: number; before: number },
): FeedbackEvent[] {
  const events: FeedbackEvent[] = [];
  for (const [place, query] of queries.entries()) {
    for (const [number, { people, acted, action = 'click' }] of visits(query, times).entries()) {
      for (const person of people) {
        for (const rank of acted) {
          events.push({
            action,
            at: before - 1000,
            sequence: events.length - 1_000_000,
            key: 'forger',
            queryId: `forged ${place} ${number}`,
            query: query.text,
            documentId: query.hits[rank - 1],
            clientId: person === 'the same' ? person : `${person} of ${place}`,
            searchedAt: before - 2000,
            shown: query.hits,
            offset: 0,
          });
        }
      }
    }
  }
  return events;
}
