import { pathToFileURL } from 'node:url';
import Database from 'libsql';

/** What SQLite takes and gives: integers are exact up to 2^53. */
export type SqlValue = string | number | Uint8Array | null;

type Row = unknown[];

/**
 * A connection to one SQLite file. Rows are plain arrays, values are always bound, and each statement is prepared once.
 *
 * A statement is run to its end before the call returns: libsql has no way to end one early, and one that is left in its middle
 * keeps its snapshot, and with it the write-ahead log, until the garbage collector comes by.
 */
export class Connection {
  readonly file: string;
  /** Pages that writing has touched, a rough guess upwards; whoever asks sets it back. */
  writtenPages = 0;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /**
   * @param access  `immutable`: nothing locks and nothing looks for a log; for a file that nobody can change. `memory`: no file at all
   */
  constructor(file: string, access: 'write' | 'read' | 'immutable' | 'memory') {
    this.file = file;
    if (access === 'memory') {
      this.#database = new Database(':memory:');
      return;
    }
    const url = pathToFileURL(file);
    url.search = { write: 'mode=rwc', read: 'mode=ro', immutable: 'immutable=1' }[access];
    this.#database = new Database(url.href);
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Without values and rows. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  run(sql: string, ...values: SqlValue[]): void {
    this.#with(sql, (statement) => statement.run(values));
    this.writtenPages += 1 + values.reduce<number>((pages, value) => pages + pagesOf(value), 0);
  }

  get<T extends Row>(sql: string, ...values: SqlValue[]): T | undefined {
    return this.#with(sql, (statement) => statement.get(values)) as T | undefined;
  }

  all<T extends Row>(sql: string, ...values: SqlValue[]): T[] {
    return this.#with(sql, (statement) => statement.all(values)) as T[];
  }

  /** The first value of the first row. */
  value<T>(sql: string, ...values: SqlValue[]): T {
    return this.get(sql, ...values)![0] as T;
  }

  /** Reads, such as `PRAGMA page_count`; its statement is not kept. */
  pragma<T extends Row>(text: string): T | undefined {
    return this.#database.prepare(`PRAGMA ${text}`).raw().all([])[0] as T | undefined;
  }

  /** All of it or nothing. */
  transaction<T>(run: () => T, begin: 'BEGIN' | 'BEGIN IMMEDIATE' = 'BEGIN IMMEDIATE'): T {
    this.exec(begin);
    try {
      const result = run();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** SQLite has done it by itself after some errors; what fails here has failed before, and that is the error to tell. */
  rollBack(): void {
    try {
      if (this.inTransaction) this.exec('ROLLBACK');
    } catch {}
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** A statement that has failed goes on failing, also on what is sound; so it is not kept. */
  #with<T>(sql: string, use: (statement: Database.Statement) => T): T {
    const statement = this.#prepared(sql);
    try {
      return use(statement);
    } catch (error) {
      this.#statements.delete(sql);
      throw error;
    }
  }

  #prepared(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      // Statements that give no rows refuse the raw mode.
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

const pagesOf = (value: SqlValue) =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length / 4096 : 0;
