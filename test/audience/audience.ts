import type { Dataset, FeedbackEvent, ScalarValue } from '@attune/data';
import { RandomWords } from '@attune/evaluate';
import { zipf } from './zipf.mjs';

/** Something that the audience may ask for. */
export interface AudienceQuery {
  text: string;
  /** Attribute values that an answer must have. */
  filter: Readonly<Record<string, ScalarValue>>;
  /** Ids of the documents that are right answers. */
  relevant: ReadonlySet<string>;
}

/** What the search answered: its id, and ids of documents, best first. */
export interface AudienceAnswer {
  queryId: string;
  hits: readonly string[];
}

export interface AudienceOptions {
  queries: readonly AudienceQuery[];
  search: (query: AudienceQuery) => Promise<AudienceAnswer>;
  /** How many searches are made. */
  searches: number;
  seed: number;
  /** Of the first search, milliseconds since 1970. */
  from: number;
  /** Over how long the searches are spread evenly, in milliseconds; 28 days unless set. */
  durationMs?: number | undefined;
  /** A document at rank r is looked at with the probability r^-exponent; 1 unless set. */
  examinationExponent?: number | undefined;
  /** Probability of a click on a right answer that is looked at; 0.8 unless set. */
  clicksRelevant?: number | undefined;
  /** The same of a wrong one; 0.08 unless set. */
  clicksIrrelevant?: number | undefined;
  /** The n-th most popular query is asked in proportion to n^-exponent; 0.7 unless set. */
  popularityExponent?: number | undefined;
  /** Different people; a quarter of the searches unless set. */
  people?: number | undefined;
  /** Searches under way at a time; 1 unless set. What is answered does not depend on it. */
  concurrency?: number | undefined;
}

/** One event in the shape of UBI 1.3.0, as a page would post it. */
export interface AudienceEvent {
  action_name: 'impression' | 'click';
  query_id: string;
  user_query: string;
  timestamp: string;
  client_id: string;
  session_id: string;
  event_attributes?: { object: { object_id: string }; position: { ordinal: number } };
}

/** One search of the audience, and what was done with the answer. */
export interface AudienceVisit {
  query: AudienceQuery;
  answer: AudienceAnswer;
  /** Milliseconds since 1970. */
  at: number;
  /** First an impression of the whole page, then the clicks from the top down. */
  events: AudienceEvent[];
}

/**
 * A simulated audience with known wishes, to see what learning from clicks does. It is a position-based model: a person looks at the
 * document of each rank r with the probability r^-exponent, whatever stands there, and clicks what was looked at with one
 * probability where it is a right answer and with a smaller one where not.
 *
 * The exponent of 1, and ten clicks on a right answer for one on a wrong one, are those of Joachims and others; queries are asked by
 * Zipf's law. Each search draws its numbers from the seed and its own number alone.
 *
 * @see Joachims, Swaminathan, Schnabel 2017, https://arxiv.org/abs/1608.04468, section 6
 * @returns visits in the order of their time
 */
export async function* simulateAudience(options: AudienceOptions): AsyncGenerator<AudienceVisit> {
  const { queries, searches, seed, concurrency = 1 } = options;
  const byPopularity = zipf(queries.length, options.popularityExponent ?? 0.7, seed);
  for (let start = 0; start < searches; start += concurrency) {
    const numbers = Array.from({ length: Math.min(concurrency, searches - start) }, (_, i) => start + i);
    yield* await Promise.all(numbers.map((number) => visitOf(number, byPopularity, options)));
  }
}

async function visitOf(
  number: number,
  byPopularity: (share: number) => number,
  options: AudienceOptions,
): Promise<AudienceVisit> {
  const { seed, searches, from, durationMs = 28 * 86_400_000 } = options;
  const { examinationExponent = 1, clicksRelevant = 0.8, clicksIrrelevant = 0.08 } = options;
  const random = new RandomWords(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca77));
  const share = () => random.next() / 2 ** 32;
  const query = options.queries[byPopularity(share())]!;
  const person = Math.floor(share() * (options.people ?? Math.max(1, Math.ceil(searches / 4))));
  const at = from + Math.floor((number / searches) * durationMs);
  const answer = await options.search(query);
  const eventAt = (seconds: number) => ({
    query_id: answer.queryId,
    user_query: query.text,
    timestamp: new Date(at + seconds * 1000).toISOString(),
    client_id: `person-${person}`,
    session_id: `person-${person}-${Math.floor(at / 86_400_000)}`,
  });
  const events: AudienceEvent[] = [{ action_name: 'impression', ...eventAt(1) }];
  answer.hits.forEach((id, i) => {
    const rank = i + 1;
    const looked = share() < rank ** -examinationExponent;
    const clicked = share() < (query.relevant.has(id) ? clicksRelevant : clicksIrrelevant);
    if (!looked || !clicked) return;
    events.push({
      action_name: 'click',
      ...eventAt(1 + rank),
      event_attributes: { object: { object_id: id }, position: { ordinal: rank } },
    });
  });
  return { query, answer, at, events };
}

/** A visit's events as the cycle takes them, with the record of the search that they cite. */
export function feedbackOf(
  { query, answer, at, events }: AudienceVisit,
  { sequence, release }: { sequence: number; release: number },
): FeedbackEvent[] {
  const conditions = Object.entries(query.filter).map(([field, equals]) => ({ field, equals }));
  return events.map((event, i) => ({
    action: event.action_name,
    at: Date.parse(event.timestamp),
    sequence: sequence + i,
    queryId: event.query_id,
    query: event.user_query,
    documentId: event.event_attributes?.object.object_id,
    position: event.event_attributes?.position.ordinal,
    sessionId: event.session_id,
    clientId: event.client_id,
    searchedAt: at,
    shown: answer.hits,
    offset: 0,
    filter: conditions.length === 0 ? undefined : { and: conditions },
    release,
  }));
}

/**
 * The train queries of a dataset as an audience: what is relevant is what the log has, and each query is asked once for every value
 * of an attribute that its right answers have, such as `set`.
 */
export function audienceQueriesOf(
  dataset: Dataset,
  { by, keep = () => true }: { by?: string | undefined; keep?: ((text: string) => boolean) | undefined } = {},
): AudienceQuery[] {
  const attributesOf = new Map(dataset.documents.map(({ id, attributes }) => [id, attributes]));
  const found = new Map<string, { text: string; filter: AudienceQuery['filter']; relevant: Set<string> }>();
  for (const { query, documentId, weight } of dataset.interactions) {
    const attributes = attributesOf.get(documentId);
    if (weight <= 0 || attributes === undefined || !keep(query)) continue;
    const value = by === undefined ? undefined : attributes[by];
    const filter = by === undefined || value === undefined || Array.isArray(value) ? {} : { [by]: value };
    const key = JSON.stringify([query, filter]);
    const so = found.get(key) ?? { text: query, filter, relevant: new Set() };
    so.relevant.add(documentId);
    found.set(key, so);
  }
  return [...found.values()];
}
