import type { Client, Filter, SearchResult } from '@attune/client';
import { type Column, requestOf } from './columns.js';

export type Thumb = 'thumbs_up' | 'thumbs_down';

/** A search as it was shown. */
export interface ShownSearch {
  text: string;
  filter: Filter | undefined;
  /** Answers shown of each column. */
  shown: number;
}

/**
 * What was said of the answers to one search. The search that a thumb is given in is recorded then, once for each column, and the event
 * cites it.
 */
export class Judgments {
  readonly #client: Client;
  readonly #collection: string;
  readonly #search: ShownSearch;
  readonly #recorded = new Map<Column['mode'], Promise<SearchResult>>();
  readonly #thumbs = new Map<string, Thumb>();

  /** @param collection  that learns, whichever collection answered in a column */
  constructor(client: Client, collection: string, search: ShownSearch) {
    this.#client = client;
    this.#collection = collection;
    this.#search = search;
  }

  of(id: string): Thumb | undefined {
    return this.#thumbs.get(id);
  }

  async give(thumb: Thumb, id: string, column: Column): Promise<void> {
    const { query_id, hits } = await this.#record(column);
    const place = hits.findIndex((hit) => hit.id === id);
    await this.#client.events.send({
      action_name: thumb,
      application: this.#collection,
      query_id,
      user_query: this.#search.text,
      client_id: visitor(),
      timestamp: new Date().toISOString(),
      event_attributes: {
        object: { object_id: id },
        ...(place !== -1 && { position: { ordinal: place + 1 } }),
      },
    });
    this.#thumbs.set(id, thumb);
  }

  #record(column: Column): Promise<SearchResult> {
    const known = this.#recorded.get(column.mode);
    if (known !== undefined) return known;
    const { text, filter, shown: limit } = this.#search;
    const recorded = this.#client.search(this.#collection, {
      ...requestOf(column, { text, filter, limit }),
      record: true,
    });
    this.#recorded.set(column.mode, recorded);
    // One that failed is tried again at the next thumb.
    recorded.catch(() => this.#recorded.delete(column.mode));
    return recorded;
  }
}

/** Stays the same in this browser, and says nothing about who it is. */
function visitor(): string {
  const place = 'attune-visitor';
  const known = localStorage.getItem(place);
  if (known !== null) return known;
  // Not randomUUID, which is not there on pages without TLS.
  const made = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  localStorage.setItem(place, made.join(''));
  return made.join('');
}
