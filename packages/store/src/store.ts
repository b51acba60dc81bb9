import { resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { DocumentWrite, KeptUbiEvent } from '@attune/schema';
import { type AnswerOf, type CallArguments, type Link, Restarts, startThread } from '@attune/worker';
import type { PackedVectors } from './document-writes.js';
import type { WriterProtocol } from './messages.js';
import { checkKey, checkNumber } from './names.js';
import type { ListOptions } from './reads.js';
import type {
  AppendedEvents,
  AppendOptions,
  CollectionRecord,
  DocumentsOptions,
  DocumentsPage,
  RecordChange,
  RecordKind,
  ReleaseRecord,
  SearchesToKeep,
  SearchRecord,
  StoredDocument,
  StoredRecord,
  StoredVector,
  VerifyReport,
  WriteResult,
} from './types.js';
import { copyStore, verifyFolder } from './upkeep.js';
import type { Health, Operations, WriterOptions } from './writer.js';

export interface OpenOptions {
  /** Makes the folder and an empty store in it, where there is none. True unless set. */
  create?: boolean | undefined;
  /** Most bytes that attune.db may grow to; a write beyond fails as on a full disk. */
  maxBytes?: number | undefined;
  /** Told why the thread that writes has ended, where it did by itself: it is started again, unless the disk had failed before. */
  onDeath?: ((message: string) => void) | undefined;
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
  readonly #options: WriterOptions;
  readonly #onDeath: OpenOptions['onDeath'];
  #thread: Link<WriterProtocol>;
  #isOpen = false;
  /** Once the disk or the lock has failed, nothing is written until the store is opened again by somebody who has looked into it. */
  #isFailed = false;
  readonly #restarts = new Restarts();
  /** Set while a thread that died waits to be started again. */
  #restart: NodeJS.Timeout | undefined;
  readonly #upkeep = new Set<Promise<unknown>>();
  #health: Health = { state: 'ok' };
  #mended: readonly string[] = [];
  #closing: Promise<void> | undefined;

  /**
   * @throws {AttuneError} FILE_NOT_FOUND; INVALID_ARGUMENT for an index or a model; STORE_LOCKED, naming the process that has it open; FILE_UNWRITABLE; FILE_CORRUPT;
   *     FORMAT_UNSUPPORTED for a store of a newer version
   */
  static async open(folder: string, { create = true, maxBytes, onDeath }: OpenOptions = {}): Promise<Store> {
    if (maxBytes !== undefined) checkNumber(maxBytes, 'maxBytes', 1);
    const store = new Store(resolve(folder), { create, maxBytes }, onDeath);
    try {
      await store.#thread.opened;
      store.#isOpen = true;
    } catch (error) {
      await store.#thread.ended; // its files are closed by then
      throw error;
    }
    return store;
  }

  private constructor(folder: string, options: WriterOptions, onDeath: OpenOptions['onDeath']) {
    this.folder = folder;
    this.#options = options;
    this.#onDeath = onDeath;
    this.#thread = this.#start(options);
  }

  #start(options: WriterOptions): Link<WriterProtocol> {
    // The same file from src and from dist.
    return startThread<WriterProtocol>(new URL('../dist/thread.js', import.meta.url), {
      name: 'attune-store',
      unref: true, // a program that forgot to close may end; nothing that was answered is lost
      open: { folder: this.folder, options },
      handlers: {
        health: (health) => {
          this.#health = health;
          this.#isFailed ||= health.state === 'failed';
        },
        mended: (what) => {
          this.#mended = what;
        },
      },
      closed: () => this.#closed(),
      died: ({ reason, cause }) => this.#died(reason, cause),
    });
  }

  /** As of the last answer. */
  get health(): Health {
    return this.#health;
  }

  /** What was damaged when it was opened, followed from the rest, and was made again: in words. */
  get mended(): readonly string[] {
    return this.#mended;
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

  documents(collection: string, { after = '', limit, mostBytes }: DocumentsOptions): Promise<DocumentsPage> {
    return this.#checked(() => {
      checkNumber(limit, 'limit');
      return this.#ask('documents', [collection, after, limit, mostBytes]);
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
      return this.#ask('putVectors', [collection, fingerprint, packed], {
        transfer: [packed.data.buffer as ArrayBuffer],
      });
    });
  }

  /** Fingerprints of the bundles by which a collection has vectors. */
  vectorFingerprints(collection: string): Promise<string[]> {
    return this.#ask('vectorFingerprints', [collection]);
  }

  /** Drops the vectors by these bundles. */
  dropVectors(collection: string, fingerprints: readonly string[]): Promise<void> {
    return this.#ask('dropVectors', [collection, fingerprints]);
  }

  /** Of two with one query id, the first stays. @returns bytes that all searches take */
  recordSearches(searches: readonly SearchRecord[]): Promise<number> {
    return this.#ask('recordSearches', [searches]);
  }

  /**
   * The same key with the same events again: the same answer, and nothing is written.
   *
   * @throws {AttuneError} CONFLICT when the key came with other events
   */
  appendEvents(
    events: readonly KeptUbiEvent[],
    { idempotencyKey, sender }: AppendOptions = {},
  ): Promise<AppendedEvents> {
    return this.#ask('appendEvents', [events, sender, idempotencyKey]);
  }

  /** From now on no event that an API key sent counts. @returns how many they are, without those taken back before */
  takeBackEvents(key: string): Promise<number> {
    return this.#ask('takeBackEvents', [key]);
  }

  /** Of this store alone: a copy has another, so what follows from one is never taken for what follows from the other. */
  storeId(): Promise<string> {
    return this.#ask('storeId', []);
  }

  countEvents(): Promise<number> {
    return this.#ask('countEvents', []);
  }

  /**
   * Forgets some of the searches that no event cites, the oldest first; see SearchesToKeep.
   *
   * @returns how many went; where it is 0 there is nothing more to forget
   */
  pruneSearches(keep: SearchesToKeep): Promise<number> {
    return this.#ask('pruneSearches', [keep]);
  }

  /** Forgets the idempotency keys of events from before a time in milliseconds since 1970. */
  pruneIdempotency({ before }: { before: number }): Promise<void> {
    return this.#ask('pruneIdempotency', [before]);
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
    clearTimeout(this.#restart);
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#upkeep);
      await this.#thread.close();
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
    ...args: CallArguments<WriterProtocol['worker'][Op]>
  ): Promise<AnswerOf<WriterProtocol['worker'][Op]>> {
    if (this.#closing !== undefined) return Promise.reject(this.#closed());
    return this.#thread.call(op, ...args);
  }

  #died(reason: string, cause: unknown): AttuneError {
    const isStartedAgain = this.#isOpen && !this.#isFailed;
    const error = new AttuneError(
      'STORE_FAILED',
      `The thread that writes ${this.folder} ended: ${reason}. What it had not answered is written or not. ` +
        (isStartedAgain ? 'It is started again: try again in a moment' : 'Open the store again'),
      { cause },
    );
    this.#health = { state: 'failed', reason: error.message };
    if (this.#isOpen) this.#onDeath?.(error.message);
    if (isStartedAgain) this.#startAgain();
    return error;
  }

  #startAgain(): void {
    if (this.#closing !== undefined || this.#restart !== undefined) return;
    this.#restart = setTimeout(() => {
      this.#restart = undefined;
      this.#thread = this.#start({ ...this.#options, create: false });
      this.#thread.opened.then(
        () => {
          this.#health = { state: 'ok' };
        },
        ({ message }: AttuneError) => {
          // Whoever holds the folder meanwhile may let it go.
          this.#health = { state: 'failed', reason: message };
          this.#startAgain();
        },
      );
    }, this.#restarts.pauseMs());
    this.#restart.unref();
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
