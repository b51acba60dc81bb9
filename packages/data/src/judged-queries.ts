import { EventInteractions } from './events/event-interactions.js';
import { hash53 } from './hash.js';
import type { KeyTable } from './key-table.js';
import { partQueries } from './part-queries.js';
import type { DataRow } from './rows.js';
import { getOrAdd } from './slices.js';
import type { SourcePlan } from './source-plan.js';
import type { SplitOptions } from './split.js';
import type { Dataset, QueryRow } from './types.js';
import { ownText } from './values.js';

/** What `readDataset` gives of queries, without documents: each query with its highest weight or grade, and nothing else. */
export interface JudgedQueries extends Pick<Dataset, 'path' | 'queries' | 'interactions' | 'slices'> {
  /** Whether files hold judgments or say which part a query is of; else the parts come from a split of the log. */
  areStated: boolean;
}

/** In place of documents, which are not kept. */
const anyDocument = '';

/** More different queries, or events, are not kept: they are enough for any decision, and validation is to stay small. */
const mostKept = { queries: 200_000, events: 1_000_000 };

/**
 * The queries of a source, parted as `readDataset` parts them, from rows as they come in. Its memory grows with the number of
 * different queries; of events it keeps them all, since a weight is made of several.
 */
export class JudgedQueryCollector {
  readonly #plan: SourcePlan;
  readonly #options: SplitOptions;
  readonly #queries = new Map<string, QueryRow>();
  readonly #parted = new Set<string>();
  readonly #idOfText = new Map<string, string>();
  /** The highest weight of each query's interactions. */
  readonly #weights = new Map<string, number>();
  /** By slice, then by query: the highest grade. */
  readonly #grades = new Map<string, Map<string, number>>();
  #events: EventInteractions | undefined;
  #eventsTaken = 0;
  #isTooMuch = false;

  constructor(
    plan: SourcePlan,
    options: SplitOptions & { actionWeights?: Readonly<Record<string, number>> | undefined },
  ) {
    this.#plan = plan;
    this.#options = options;
    if (plan.files.some(({ role }) => role === 'events'))
      this.#events = new EventInteractions(options.actionWeights);
  }

  /** @param documents  those of a catalogue, by hash53 of their ids; undefined where there is none, and each id is known */
  take(row: DataRow, documents: KeyTable | undefined): void {
    if (row.rejected !== undefined || this.#isTooMuch) return;
    const { role, documentId = '', queryId = '', weight = 1 } = row;
    if (role === 'events') {
      this.#events?.add(row);
      ++this.#eventsTaken;
    } else if (role === 'queries') this.#takeQuery(row);
    else if (role === 'judgments') raise(this.#gradesOf(row), queryId, weight);
    else if (role === 'interactions' && (documents?.has(hash53(documentId)) ?? true)) {
      const id = this.#queryOf(row);
      if (id !== undefined) raise(this.#weights, id, weight);
    }
    if (this.#queries.size > mostKept.queries || this.#eventsTaken > mostKept.events) this.#giveUp();
  }

  #giveUp(): void {
    this.#isTooMuch = true;
    for (const kept of [this.#queries, this.#idOfText, this.#weights, this.#grades]) kept.clear();
    this.#parted.clear();
    this.#events = undefined;
  }

  #gradesOf({ source }: DataRow): Map<string, number> {
    return getOrAdd(this.#grades, source.slice ?? '', () => new Map());
  }

  #takeQuery(row: DataRow): void {
    const id = row.queryId as string;
    if (!this.#queries.has(id)) this.#add(ownText(id), ownText(row.query ?? ''), row);
  }

  #add(id: string, text: string, { part, source, line }: DataRow): void {
    this.#queries.set(id, { id, text, part: part ?? 'train', source: { file: source.path, line } });
    if (part !== undefined) this.#parted.add(id);
  }

  #queryOf(row: DataRow): string | undefined {
    const known = row.queryId ?? this.#idOfText.get(row.query as string);
    if (known !== undefined && this.#queries.has(known)) return known;
    if (row.query === undefined) return undefined;
    const text = ownText(row.query);
    const id = row.queryId === undefined ? `q${this.#idOfText.size}` : ownText(row.queryId);
    if (row.queryId === undefined) this.#idOfText.set(text, id);
    if (!this.#queries.has(id)) this.#add(id, text, row);
    return id;
  }

  /** Undefined where there was too much to keep. */
  finish(documents: KeyTable | undefined): JudgedQueries | undefined {
    if (this.#isTooMuch) return undefined;
    this.#finishEvents(documents);
    const interactions = [...this.#weights].map(([queryId, weight]) => ({
      queryId,
      query: this.#queries.get(queryId)?.text ?? '',
      documentId: anyDocument,
      weight,
      source: { file: this.#plan.path, line: 0 },
    }));
    const { judgedBy } = partQueries(
      { queries: this.#queries, parted: this.#parted, judged: this.#grades, interactions },
      this.#options,
    );
    const grades = new Map(this.#grades);
    for (const { queryId, weight } of interactions) {
      const part = this.#queries.get(queryId)?.part;
      if (part !== undefined && judgedBy.includes(part))
        raise(
          getOrAdd(grades, part, () => new Map()),
          queryId,
          weight,
        );
    }
    return {
      path: this.#plan.path,
      areStated: this.#grades.size > 0 || this.#parted.size > 0,
      queries: [...this.#queries.values()],
      interactions: interactions.filter(({ queryId }) => this.#queries.get(queryId)?.part === 'train'),
      slices: [...grades].map(([name, byQuery]) => ({
        name,
        judgments: new Map([...byQuery].map(([id, grade]) => [id, new Map([[anyDocument, grade]])])),
      })),
    };
  }

  #finishEvents(documents: KeyTable | undefined): void {
    const interactions = this.#events?.finish({ asRates: false }).interactions ?? [];
    for (const { queryId, query, documentId, weight, source } of interactions) {
      if (documents !== undefined && !documents.has(hash53(documentId))) continue;
      if (!this.#queries.has(queryId))
        this.#queries.set(queryId, { id: queryId, text: query, part: 'train', source });
      raise(this.#weights, queryId, weight);
    }
  }
}

function raise(highest: Map<string, number>, id: string, value: number): void {
  highest.set(id, Math.max(highest.get(id) ?? 0, value));
}
