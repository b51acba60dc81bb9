import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { AttuneError } from '@attune/errors';
import { copyStore, verifyFolder } from './backup.js';
import type { PackedVectors } from './document-writes.js';
import type { FromThread, Health, Request, StoreLimits } from './messages.js';
import type { ListOptions } from './reads.js';
import { errorOf, startThread } from './threads.js';
import type {
  CollectionRecord,
  DocumentWrite,
  RecordChange,
  RecordKind,
  ReleaseRecord,
  SearchRecord,
  StoredDocument,
  StoredRecord,
  StoredVector,
  UbiEvent,
  VerifyReport,
  WriteResult,
} from './types.js';

export interface OpenOptions {
  /** Makes the store where there is none. True unless told. */
  create?: boolean | undefined;
  /** For tests of what happens when space ends. */
  limits?: StoreLimits | undefined;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * The durable state of a data folder. A thread of its own writes; a method resolves once what it wrote is on the disk, and writes
 * that come while the disk is busy share the next commit.
 *
 * @throws {AttuneError} every method that writes: DISK_FULL (nothing of it was kept; try again), STORE_FAILED (open it again);
 *   every method that reads: FILE_CORRUPT, naming the row
 */
export class Store {
  readonly folder: string;
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #health: Health = { state: 'ok' };
  #lastId = 0;
  #closed: Promise<void> | undefined;

  private constructor(folder: string, thread: Worker) {
    this.folder = folder;
    this.#thread = thread;
    thread.on('message', (message: FromThread) => this.#receive(message));
    thread.on('error', (error) => this.#end(`The store's thread failed: ${error.message}`));
    thread.on('exit', () => this.#end('The store is closed'));
  }

  /**
   * Opens the store of a folder, and is its only writer until it is closed or the process ends.
   *
   * @throws {AttuneError} STORE_LOCKED, naming the process that has it; FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED,
   *   FILE_UNWRITABLE
   */
  static async open(folder: string, { create = true, limits }: OpenOptions = {}): Promise<Store> {
    if (!create && !existsSync(join(folder, 'attune.db'))) {
      throw new AttuneError(
        'FILE_NOT_FOUND',
        `Expected ${folder} to be a data folder, but it holds no attune.db`,
      );
    }
    const thread = startThread({ task: 'write', folder, create, limits });
    const first = await new Promise<FromThread>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
    });
    if ('failed' in first) throw errorOf(first.failed);
    return new Store(folder, thread);
  }

  /** `full`: writes fail for want of space, and go on by themselves; `failed`: none until it is opened again. Reading goes on. */
  get health(): Health {
    return this.#health;
  }

  get<Kind extends RecordKind>(kind: Kind, name: string): Promise<StoredRecord<Kind> | undefined> {
    return this.#ask({ name: 'get', kind, record: name });
  }

  list<Kind extends RecordKind>(kind: Kind, options: ListOptions = {}): Promise<StoredRecord<Kind>[]> {
    return this.#ask({ name: 'list', kind, options });
  }

  /** All of them or none. @throws {AttuneError} CONFLICT when a record has another version than its change names */
  change(changes: readonly RecordChange[]): Promise<void> {
    return this.#ask({ name: 'change', changes });
  }

  /** @throws {AttuneError} CONFLICT when there is one */
  createCollection(name: string, record: CollectionRecord, release: ReleaseRecord): Promise<void> {
    return this.#ask({ name: 'createCollection', collection: name, record, release });
  }

  /** Its documents, vectors, releases, decisions and aliases go with it; events stay. */
  dropCollection(name: string): Promise<void> {
    return this.#ask({ name: 'dropCollection', collection: name });
  }

  /** One unit: all of them or, when this fails, none. @throws {AttuneError} NOT_FOUND, INVALID_ARGUMENT */
  writeDocuments(collection: string, writes: readonly DocumentWrite[]): Promise<WriteResult[]> {
    return this.#ask({ name: 'writeDocuments', collection, writes });
  }

  document(collection: string, id: string): Promise<StoredDocument | undefined> {
    return this.#ask({ name: 'document', collection, id });
  }

  /** The next of them by id. */
  documents(
    collection: string,
    { after = '', limit }: { after?: string | undefined; limit: number },
  ): Promise<StoredDocument[]> {
    return this.#ask({ name: 'documents', collection, after, limit });
  }

  async countDocuments(collection: string): Promise<number> {
    return (await this.#counts(collection)).documents;
  }

  async lastSequence(collection: string): Promise<number> {
    return (await this.#counts(collection)).lastSequence;
  }

  /** Those whose document was written again since are left out. All need the same length. */
  async putVectors(collection: string, fingerprint: string, vectors: readonly StoredVector[]): Promise<void> {
    if (vectors.length === 0) return;
    const dim = vectors[0]!.vector.length;
    const data = new Float32Array(vectors.length * dim);
    for (const [row, { id, vector }] of vectors.entries()) {
      if (vector.length !== dim) {
        throw new AttuneError(
          'DIMENSION_MISMATCH',
          `Expected every vector to have ${dim} numbers, as the first has, but that of "${id}" has ${vector.length}`,
        );
      }
      data.set(vector, row * dim);
    }
    const packed: PackedVectors = {
      ids: vectors.map(({ id }) => id),
      sequences: vectors.map(({ sequence }) => sequence),
      dim,
      data,
    };
    await this.#ask({ name: 'putVectors', collection, fingerprint, vectors: packed }, [data.buffer]);
  }

  /** Of all other models. */
  dropVectors(collection: string, keep: readonly string[]): Promise<void> {
    return this.#ask({ name: 'dropVectors', collection, keep });
  }

  recordSearches(searches: readonly SearchRecord[]): Promise<void> {
    return this.#ask({ name: 'recordSearches', searches });
  }

  /** With a key that was used before, nothing is written, and the answer is the one given then. */
  appendEvents(
    events: readonly UbiEvent[],
    { idempotencyKey }: { idempotencyKey?: string | undefined } = {},
  ): Promise<{ first: number; count: number }> {
    return this.#ask({ name: 'appendEvents', events, idempotencyKey });
  }

  countEvents(): Promise<number> {
    return this.#ask({ name: 'countEvents' });
  }

  /** Takes away searches that no event cites, and idempotency keys, from before a time (ms since 1970). */
  prune({ searchesBefore }: { searchesBefore: number }): Promise<void> {
    return this.#ask({ name: 'prune', searchesBefore });
  }

  /** Reads and checks everything, in a thread of its own. */
  verify(): Promise<VerifyReport> {
    return verifyFolder(this.folder);
  }

  /** A consistent copy of this moment, as `folder/attune.db`; writing goes on meanwhile. */
  backup(folder: string): Promise<void> {
    return copyStore(this.folder, folder);
  }

  /** After all that was asked. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#thread.once('exit', () => resolve());
      this.#thread.postMessage({ id: ++this.#lastId, request: { name: 'close' } });
    });
    return this.#closed;
  }

  #counts(collection: string): Promise<{ documents: number; lastSequence: number }> {
    return this.#ask({ name: 'collectionCounts', collection });
  }

  #ask<T>(request: Request, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.#closed) return Promise.reject(new AttuneError('UNAVAILABLE', 'The store is closed'));
    return new Promise<unknown>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#thread.postMessage({ id, request }, transfer);
      this.#waiting.set(id, { resolve, reject });
    }) as Promise<T>;
  }

  #receive(message: FromThread): void {
    if (!('answers' in message)) return;
    this.#health = message.health;
    for (const { id, value, error } of message.answers) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiting?.reject(errorOf(error));
      else waiting?.resolve(value);
    }
  }

  #end(reason: string): void {
    this.#closed ??= Promise.resolve();
    for (const { reject } of this.#waiting.values()) reject(new AttuneError('STORE_FAILED', reason));
    this.#waiting.clear();
  }
}
