import { checkList, checkOptions, checkText, wrongArgument } from '@attune/errors';
import type { Document, DocumentUpsert, DocumentWrite, SearchQuery, SearchRequest } from '@attune/schema';
import type { SearchHit, Service } from '@attune/service';

/** A document as it is written: an id of your own, texts by field, and values to filter and rank by. */
export type NewDocument = Omit<DocumentUpsert, 'op'>;

export interface WriteOptions {
  /** Waits until searches see the write. True unless you set it; without it they see it in about a second. */
  refresh?: boolean | undefined;
}

export interface CollectionSearch
  extends Pick<SearchRequest, 'mode' | 'limit' | 'offset' | 'filter' | 'modifiers'> {
  signal?: AbortSignal | undefined;
}

/**
 * Documents under ids of your own, in a data folder that this process has open. A write that was answered is on the disk.
 *
 * Every call throws UNAVAILABLE after `close`.
 */
export class Collection {
  readonly name: string;
  readonly #service: Service;

  constructor(service: Service, name: string) {
    this.#service = service;
    this.name = name;
  }

  /**
   * Writes documents, all or none; one whose id is there takes the place of what was there.
   *
   * @throws {AttuneError} INVALID_ARGUMENT naming the first document that is wrong, by its place; DISK_FULL, STORE_FAILED
   */
  async upsert(documents: readonly NewDocument[], options?: WriteOptions): Promise<void> {
    checkList('documents', documents);
    await this.#write(
      documents.map((document) => (isObject(document) ? { ...document, op: 'upsert' as const } : document)),
      options,
    );
  }

  /**
   * Removes documents, all or none. An id that is not there is no error.
   *
   * @throws {AttuneError} INVALID_ARGUMENT, DISK_FULL, STORE_FAILED
   */
  async delete(ids: readonly string[], options?: WriteOptions): Promise<void> {
    checkList('ids', ids);
    await this.#write(
      ids.map((id) => ({ op: 'delete' as const, id })),
      options,
    );
  }

  /** Undefined where there is none. */
  async get(id: string): Promise<Document | undefined> {
    checkText('id', id);
    const found = await this.#service.document(this.name, id);
    return found && { id: found.id, fields: found.fields, attributes: found.attributes };
  }

  /**
   * The best documents, best first, as a server answers: words and vectors fused unless `mode` says otherwise, 10 unless `limit` does.
   *
   * @param query  a text, or texts and vectors with weights
   * @throws {AttuneError} INVALID_ARGUMENT naming what is wrong, DIMENSION_MISMATCH, NOT_FINITE, OVERLOADED, CANCELLED
   */
  async search(
    query: string | SearchQuery<Float32Array>,
    options: CollectionSearch = {},
  ): Promise<SearchHit[]> {
    if (typeof query !== 'string' && !isObject(query))
      throw wrongArgument('query', 'a text, or texts and vectors with weights', query);
    checkOptions('{ limit: 10 }', options);
    const { signal, ...search } = options;
    const asked = typeof query === 'string' ? { text: query } : { query };
    // Nothing here takes events, which would cite a search that is recorded.
    const { hitsJson } = await this.#service.search(
      this.name,
      { ...search, ...asked, record: false },
      { signal },
    );
    return JSON.parse(hitsJson) as SearchHit[];
  }

  /** Closes the data folder, so that another process may open it. What was written stays. */
  close(): Promise<void> {
    return this.#service.close();
  }

  async #write(writes: readonly DocumentWrite[], options: WriteOptions = {}): Promise<void> {
    checkOptions('{ refresh: false }', options);
    const { refresh = true } = options;
    await this.#service.write(this.name, writes, { refresh });
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
