import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AttuneError } from '@attune/errors';
import type { DocumentWrite, UbiEvent } from '@attune/schema';
import type { PackedVectors } from './document-writes.js';
import type { AnswerMessage, OpenData, OpenedMessage, RequestMessage } from './messages.js';
import { revive } from './messages.js';
import { checkKey, checkNumber } from './names.js';
import type { ListOptions } from './reads.js';
import type {
  CollectionRecord,
  RecordChange,
  RecordKind,
  ReleaseRecord,
  SearchRecord,
  StoredDocument,
  StoredRecord,
  StoredVector,
  VerifyReport,
  WriteResult,
} from './types.js';
import { copyStore, verifyFolder } from './upkeep.js';
import type { Health, Operations } from './writer.js';

export interface OpenOptions {
  /** Makes the folder and an empty store in it, where there is none. True unless told. */
  create?: boolean | undefined;
  /** Most bytes that attune.db may grow to; a write beyond fails as on a full disk. */
  maxBytes?: number | undefined;
}

interface Pending {
  resolve: (value: never) => void;
  reject: (error: AttuneError) => void;
}

/**
 * The one that writes a data folder, for as long as it is open. Each call resolves when what it did is committed and synced to disk.
 * Calls take effect in their order; those that arrive while the disk is busy share the next transaction, and each fails alone.
 *
 * Any call throws FILE_CORRUPT on damage it meets. Writes throw DISK_FULL when no space is left, and STORE_FAILED once the disk has
 * failed; `health` tells before. All throw UNAVAILABLE after `close`.
 */
export class Store {
  /** As it was opened, absolute. */
  readonly folder: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #upkeep = new Set<Promise<unknown>>();
  readonly #ended: Promise<void>;
  #nextId = 0;
  #health: Health = { state: 'ok' };
  #closing: Promise<void> | undefined;
  #crash: AttuneError | undefined;

  /**
   * @throws {AttuneError} FILE_NOT_FOUND; STORE_LOCKED, naming the process that has it open; FILE_UNWRITABLE; FILE_CORRUPT;
   *     FORMAT_UNSUPPORTED for a store of a newer version
   */
  static async open(folder: string, { create = true, maxBytes }: OpenOptions = {}): Promise<Store> {
    if (maxBytes !== undefined) checkNumber(maxBytes, 'maxBytes', 1);
    const workerData: OpenData = { folder: resolve(folder), options: { create, maxBytes } };
    // The same place from src and from dist.
    const thread = new URL('../dist/thread.js', import.meta.url);
    const worker = new Worker(thread, { name: 'attune-store', workerData, execArgv: [] });
    // Listened for from the start: a thread that ends at once may do so in the same turn of the event loop as it says why.
    const ended = new Promise<number>((done) => worker.once('exit', done));
    const opened = await new Promise<OpenedMessage>((done, fail) => {
      worker.once('message', done);
      worker.once('error', fail);
      void ended.then((code) =>
        fail(new Error(`The thread of the store ended with ${code} before it was open.`)),
      );
    });
    if (opened.error === undefined) return new Store(workerData.folder, worker);
    await ended;
    throw revive(opened.error);
  }

  private constructor(folder: string, worker: Worker) {
    this.folder = folder;
    this.#worker = worker;
    worker.unref(); // a program that forgot to close may end; nothing that was answered is lost
    worker.on('message', (message: AnswerMessage) => this.#settle(message));
    worker.on('error', (error) => this.#end(error.message, error));
    this.#ended = new Promise((done) => {
      worker.once('exit', (code) => {
        if (this.#closing === undefined) this.#end(`exit code ${code}`);
        for (const { reject } of this.#pending.values()) reject(this.#crash ?? this.#closed());
        this.#pending.clear();
        done();
      });
    });
  }

  /** As of the last answer. */
  get health(): Health {
    return this.#health;
  }

  get<K extends RecordKind>(kind: K, name: string): Promise<StoredRecord<K> | undefined> {
    return this.#ask('get', [kind, name]) as Promise<StoredRecord<K> | undefined>;
  }

  /** By name. */
  list<K extends RecordKind>(kind: K, options: ListOptions = {}): Promise<StoredRecord<K>[]> {
    return this.#ask('list', [kind, options]) as Promise<StoredRecord<K>[]>;
  }

  /**
   * All of them or none. A collection is changed by this, but created and dropped by the calls named so.
   *
   * @throws {AttuneError} CONFLICT when a record has another version than its change names; version 0 is of what is not there
   */
  change(changes: readonly RecordChange[]): Promise<void> {
    return this.#ask('change', [changes]);
  }

  /**
   * With `release` as the release `NAME/NUMBER`, its number being `record.release`. One that had this name before is not continued,
   * but its sequences are: they never repeat.
   *
   * @throws {AttuneError} CONFLICT when it exists
   */
  createCollection(name: string, record: CollectionRecord, release: ReleaseRecord): Promise<void> {
    return this.#checked(() => {
      checkKey(name, 'the name of the collection');
      return this.#ask('createCollection', [name, record, release]);
    });
  }

  /**
   * Its documents, vectors, releases, decisions and aliases; searches and events stay.
   *
   * @throws {AttuneError} NOT_FOUND
   */
  dropCollection(name: string): Promise<void> {
    return this.#ask('dropCollection', [name]);
  }

  /**
   * One unit: all or none, in order.
   *
   * @throws {AttuneError} NOT_FOUND for the collection; INVALID_ARGUMENT, naming the write's place from 0
   */
  writeDocuments(collection: string, writes: readonly DocumentWrite[]): Promise<WriteResult[]> {
    return this.#ask('writeDocuments', [collection, writes]);
  }

  /** @throws {AttuneError} NOT_FOUND for the collection, as all that follow */
  document(collection: string, id: string): Promise<StoredDocument | undefined> {
    return this.#ask('document', [collection, id]);
  }

  /** The next by id, in the order of its UTF-8 bytes. */
  documents(
    collection: string,
    { after = '', limit }: { after?: string | undefined; limit: number },
  ): Promise<StoredDocument[]> {
    return this.#checked(() => {
      checkNumber(limit, 'limit');
      return this.#ask('documents', [collection, after, limit]);
    });
  }

  countDocuments(collection: string): Promise<number> {
    return this.#ask('countDocuments', [collection]);
  }

  /** Of the newest write; 0 before the first. */
  lastSequence(collection: string): Promise<number> {
    return this.#ask('lastSequence', [collection]);
  }

  /**
   * Those whose document has moved on, or is gone, are left out. The caller's arrays are copied.
   *
   * @throws {AttuneError} DIMENSION_MISMATCH unless all are of one length; NOT_FOUND for the collection
   */
  putVectors(collection: string, fingerprint: string, vectors: readonly StoredVector[]): Promise<void> {
    return this.#checked(() => {
      const packed = pack(vectors);
      return this.#ask('putVectors', [collection, fingerprint, packed], [packed.data.buffer as ArrayBuffer]);
    });
  }

  /** @param keep  fingerprints whose vectors stay */
  dropVectors(collection: string, keep: readonly string[]): Promise<void> {
    return this.#ask('dropVectors', [collection, keep]);
  }

  /** Of two with one query id, the first stays. */
  recordSearches(searches: readonly SearchRecord[]): Promise<void> {
    return this.#ask('recordSearches', [searches]);
  }

  /** @returns the sequence of the first, and how many. The same key again: the same answer, and nothing is written. */
  appendEvents(
    events: readonly UbiEvent[],
    { idempotencyKey }: { idempotencyKey?: string | undefined } = {},
  ): Promise<{ first: number; count: number }> {
    return this.#ask('appendEvents', [events, idempotencyKey]);
  }

  countEvents(): Promise<number> {
    return this.#ask('countEvents', []);
  }

  /** Forgets searches that no event cites, and idempotency keys, from before a time in milliseconds since 1970. */
  prune({ searchesBefore }: { searchesBefore: number }): Promise<void> {
    return this.#ask('prune', [searchesBefore]);
  }

  /** Reads everything, in another thread: the structure of the file, and the checksum of every row. Stops at no damage. */
  verify(): Promise<VerifyReport> {
    return this.#besides(() => verifyFolder(this.folder));
  }

  /**
   * Copies the store as it is at this moment to `folder`/attune.db, verified and synced, while writing goes on.
   *
   * @throws {AttuneError} FILE_EXISTS when there is one; FILE_CORRUPT when the store is damaged: such a copy could not be restored
   */
  backup(folder: string): Promise<void> {
    return this.#besides(() => copyStore(this.folder, folder));
  }

  /** Waits for all that was asked. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#upkeep);
      if (this.#crash === undefined) {
        this.#worker.ref();
        this.#worker.postMessage({ id: -1, op: 'close', args: [] } satisfies RequestMessage);
      }
      await this.#ended;
    })();
    return this.#closing;
  }

  /** After all that was asked before. */
  #besides<T>(run: () => Promise<T>): Promise<T> {
    const work = this.#ask('countEvents', []).then(run);
    this.#upkeep.add(work);
    const forget = () => this.#upkeep.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** An argument that is refused rejects, as everything else does. */
  async #checked<T>(ask: () => Promise<T>): Promise<T> {
    return ask();
  }

  #ask<Op extends keyof Operations>(
    op: Op,
    args: Parameters<Operations[Op]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<ReturnType<Operations[Op]>> {
    return new Promise((done, reject) => {
      if (this.#crash !== undefined) throw this.#crash;
      if (this.#closing !== undefined) throw this.#closed();
      const id = this.#nextId++;
      try {
        this.#worker.postMessage({ id, op, args } satisfies RequestMessage, transfer);
      } catch (error) {
        const said = error instanceof Error ? error.message : error;
        throw new AttuneError('INVALID_ARGUMENT', `Expected plain data for ${op}: ${said}`, { cause: error });
      }
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve: done as Pending['resolve'], reject });
    });
  }

  #settle({ answers, health }: AnswerMessage): void {
    this.#health = health;
    for (const answer of answers) {
      const { resolve: done, reject } = this.#pending.get(answer.id)!;
      this.#pending.delete(answer.id);
      if ('error' in answer) reject(revive(answer.error));
      else done(answer.value as never);
    }
    if (this.#pending.size === 0 && this.#closing === undefined) this.#worker.unref();
  }

  #end(reason: string, cause?: unknown): void {
    this.#crash ??= new AttuneError(
      'STORE_FAILED',
      `The thread that writes ${this.folder} ended: ${reason}. Open the store again`,
      { cause },
    );
    this.#health = { state: 'failed', reason: this.#crash.message };
  }

  #closed(): AttuneError {
    return new AttuneError('UNAVAILABLE', `The store ${this.folder} was closed. Open it again to use it`);
  }
}

function pack(vectors: readonly StoredVector[]): PackedVectors {
  const dim = vectors[0]?.vector.length ?? 0;
  const data = new Float32Array(vectors.length * dim);
  for (const [row, { id, vector }] of vectors.entries()) {
    if (vector.length !== dim) {
      throw new AttuneError(
        'DIMENSION_MISMATCH',
        `Expected each vector to hold ${dim} numbers, as the first does, but that of ${id} holds ${vector.length}`,
      );
    }
    data.set(vector, row * dim);
  }
  return { ids: vectors.map(({ id }) => id), sequences: vectors.map(({ sequence }) => sequence), dim, data };
}
