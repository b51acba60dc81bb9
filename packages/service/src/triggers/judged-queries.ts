import { setImmediate } from 'node:timers/promises';
import { isLearnedFrom, type StoreReader } from '@attune/store';
import { foldText } from '@attune/text';

/** Events that are read before other work of the thread has its turn. */
const eventsAtATime = 200;

/**
 * Counts the different queries that a collection's events judge, from a place in their order on. Each event is read once, however
 * often it is asked.
 */
export class JudgedQueries {
  readonly #collection: string;
  readonly #texts = new Set<string>();
  #read: number;
  /** Sequence of the last event that does not count. */
  readonly since: number;

  constructor(collection: string, since: number) {
    this.#collection = collection;
    this.since = since;
    this.#read = since;
  }

  /** Different query texts on which something was done that has a weight; counted no further than `enough`. */
  async count(reader: StoreReader, actionWeights: Record<string, number>, enough: number): Promise<number> {
    while (this.#texts.size < enough) {
      let read = 0;
      for (const stored of reader.events({
        collection: this.#collection,
        after: this.#read,
      })) {
        const { sequence, event, search } = stored;
        this.#read = sequence;
        read += 1;
        const text = search?.text ?? event.user_query;
        const weight = Object.hasOwn(actionWeights, event.action_name)
          ? actionWeights[event.action_name]!
          : 0;
        if (text !== undefined && weight > 0 && isLearnedFrom(stored)) this.#texts.add(foldText(text));
        if (read === eventsAtATime) break;
      }
      if (read < eventsAtATime) break;
      await setImmediate();
    }
    return this.#texts.size;
  }
}
