import { AttuneError } from '@attune/errors';
import { bytes, number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { checkKey } from './names.js';
import type { Reads } from './reads.js';
import { recordCrc } from './rows.js';
import { addToTotal, recordsTotal } from './totals.js';
import type { CollectionRecord, RecordChange, RecordKind, ReleaseRecord } from './types.js';

/** Writes records. Every method runs within a transaction of its caller's. */
export class RecordWrites {
  readonly #connection: Connection;
  readonly #reads: Reads;

  constructor(connection: Connection, reads: Reads) {
    this.#connection = connection;
    this.#reads = reads;
  }

  change(changes: readonly RecordChange[]): void {
    for (const change of changes) {
      const { kind, name, version } = change;
      checkKey(name, `the name of the ${kind}`);
      if (kind === 'collection') {
        // Throws when there is none; it is created and dropped together with what it holds.
        this.#reads.collection(name);
        if ('remove' in change) {
          throw new AttuneError(
            'INVALID_ARGUMENT',
            `A collection goes by dropCollection, not by a change: ${name}`,
          );
        }
      }
      const present = this.#versionOf(kind, name);
      if (version !== undefined && version !== present) {
        throw new AttuneError(
          'CONFLICT',
          `The ${kind} ${name} was changed meanwhile: expected version ${version}, but it is ` +
            `${present === 0 ? 'not there' : `at version ${present}`}. Read it again and repeat the change`,
        );
      }
      if ('remove' in change) this.#remove(kind, name);
      else this.#put(kind, name, change.put, present);
    }
  }

  createCollection(name: string, record: CollectionRecord, release: ReleaseRecord): void {
    const present = this.#versionOf('collection', name);
    if (present !== 0) throw new AttuneError('CONFLICT', `There is a collection called ${name} already`);
    this.#put('collection', name, record, 0);
    this.#put('release', `${name}/${record.release}`, release, 0);
  }

  /** What belongs to a collection. */
  dropCollection(name: string): void {
    this.#remove('collection', name);
    for (const kind of ['release', 'decision'] as const) {
      for (const each of this.#namesBelow(kind, `${name}/`)) this.#remove(kind, each);
    }
    for (const alias of this.#reads.list('alias')) {
      if (alias.value.collection === name) this.#remove('alias', alias.name);
    }
  }

  /** Without their bodies, which may be damaged. */
  #namesBelow(kind: RecordKind, prefix: string): string[] {
    const rows = this.#connection.all<[TextBytes]>(
      `SELECT ${bytes('name')} FROM records WHERE kind = ? AND name >= ? AND name < ?`,
      kind,
      prefix,
      `${prefix}\u{10ffff}`,
    );
    return rows.map(([name]) => textOf(name));
  }

  /** 0 when there is none. Whether its checksum fits is not asked: a damaged record may be written again. */
  #versionOf(kind: RecordKind, name: string): number {
    const row = this.#connection.get<[number]>(
      `SELECT ${number('version')} FROM records WHERE kind = ? AND name = ?`,
      kind,
      name,
    );
    return row?.[0] ?? 0;
  }

  #put(kind: RecordKind, name: string, value: unknown, present: number): void {
    const body = JSON.stringify(value);
    if (body === undefined) {
      throw new AttuneError(
        'INVALID_ARGUMENT',
        `Expected the ${kind} ${name} to have a value, but received none`,
      );
    }
    const version = present + 1;
    if (present === 0) addToTotal(this.#connection, recordsTotal(kind), 1);
    this.#connection.run(
      'INSERT INTO records (kind, name, version, body, crc) VALUES (?, ?, ?, ?, ?) ' +
        'ON CONFLICT (kind, name) DO UPDATE SET version = excluded.version, body = excluded.body, crc = excluded.crc',
      kind,
      name,
      version,
      body,
      recordCrc(kind, name, version, body),
    );
  }

  #remove(kind: RecordKind, name: string): void {
    if (this.#versionOf(kind, name) === 0) return;
    this.#connection.run('DELETE FROM records WHERE kind = ? AND name = ?', kind, name);
    addToTotal(this.#connection, recordsTotal(kind), -1);
  }
}
