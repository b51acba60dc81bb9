import { AttuneError, counted } from '@attune/errors';
import type { ScalarValue } from '@attune/schema';
import { checkSource } from './check-source.js';
import { listedColumns } from './columns.js';
import { DocumentCollector } from './document-collector.js';
import { defaultActionWeights, EventInteractions } from './events/event-interactions.js';
import { eventsNote } from './events/events-note.js';
import { LostZeros } from './lost-zeros.js';
import { mappedColumns } from './mapped-columns.js';
import { planOfDataset } from './memory-source.js';
import { partQueries } from './part-queries.js';
import { type DataRow, readRows } from './rows.js';
import { SliceReader } from './slices.js';
import { type LanguageOptions, sourceLanguage } from './source-language.js';
import {
  isPlace,
  type Layout,
  notesOfFormats,
  planSource,
  type SourceFile,
  type SourceOptions,
  type SourcePlan,
} from './source-plan.js';
import type { SplitOptions } from './split.js';
import type {
  Dataset,
  DatasetWeights,
  DocumentRow,
  InteractionRow,
  Part,
  QueryRow,
  SourceLine,
} from './types.js';
import type { MappedColumn } from './validation-report.js';
import { ownText } from './values.js';
import { datasetWeights } from './weights/dataset-weights.js';
import { InteractionCollector } from './weights/interaction-collector.js';
import { planWeights, type WeightOptions } from './weights/plan-weights.js';

export interface ReadOptions extends SourceOptions, SplitOptions, LanguageOptions, WeightOptions {
  signal?: AbortSignal | undefined;
  /** Called now and then with the rows read so far. */
  onProgress?: ((rowsRead: number) => void) | undefined;
}

/** What became of the rows of one file. */
export interface ReadCounts {
  file: string;
  role: string;
  rows: number;
  kept: number;
  /** Values left out because they are blank, by field; rows that keep the rest. */
  masked: Record<string, number>;
  /** Rows left out, by reason. */
  rejected: Record<string, number>;
}

export interface ReadDataset extends Dataset {
  layout: Layout;
  weights: DatasetWeights;
  /** Which column was taken for what, and whether that was a guess. */
  mapping: MappedColumn[];
  counts: ReadCounts[];
  /** Sentences about what was guessed, split, masked and left out. Nothing is left out that they do not tell. */
  notes: string[];
}

/**
 * Reads a folder, a log or several into memory, or takes a dataset that is there, cleaned: rows that `validate` calls rejected are left out, blank values masked, both
 * counted. A source without judgments is split by itself.
 *
 * @throws {AttuneError} FILE_NOT_FOUND, DATA_EMPTY, DATA_COLUMN_MISSING, FORMAT_UNSUPPORTED, FILE_CORRUPT, CANCELLED
 */
export async function readDataset(
  from: string | readonly string[] | Dataset,
  options: ReadOptions = {},
): Promise<ReadDataset> {
  checkSource(from, options);
  const plan = isPlace(from) ? await planSource(from, options) : planOfDataset(from);
  await planWeights(plan, options);
  const { language, stem } = await sourceLanguage(plan, options);
  const reading = new Reading(plan, { ...options, language, stem });
  for (const file of plan.files) await reading.read(file);
  return reading.finish();
}

class Reading {
  readonly #plan: SourcePlan;
  readonly #options: ReadOptions;
  readonly #hasCatalogue: boolean;
  readonly #documents = new DocumentCollector();
  readonly #queries = new Map<string, QueryRow>();
  /** Whose part the files state. */
  readonly #parted = new Set<string>();
  readonly #idOfText = new Map<string, string>();
  readonly #slices = new SliceReader();
  readonly #events: EventInteractions;
  readonly #counts: ReadCounts[] = [];
  readonly #notes: string[] = [];
  readonly #actionWeights: Readonly<Record<string, number>>;
  #weights: DatasetWeights;
  readonly #interactions: InteractionRow[];
  /** Puts the rows of one (query, document) together. */
  readonly #collector = new InteractionCollector();
  #rowsRead = 0;
  #lastProgress = 0;
  #unknownJudged = 0;
  /** Of the log that is read. */
  #lostZeros: LostZeros | undefined;

  constructor(plan: SourcePlan, options: ReadOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#hasCatalogue = plan.files.some(({ role }) => role === 'documents');
    this.#actionWeights = options.actionWeights ?? defaultActionWeights;
    this.#events = new EventInteractions(this.#actionWeights);
    this.#weights = datasetWeights(plan, this.#actionWeights);
    this.#interactions = this.#collector.interactions;
    for (const { file, reason } of plan.skipped) this.#notes.push(`${file} was not read: ${reason}`);
    this.#notes.push(...notesOfFormats(plan.files));
  }

  async read(file: SourceFile): Promise<void> {
    const counts: ReadCounts = {
      file: file.name,
      role: file.role,
      rows: 0,
      kept: 0,
      masked: {},
      rejected: {},
    };
    this.#counts.push(counts);
    const maskedBefore = new Map(this.#documents.masked);
    const needsIds = this.#hasCatalogue && file.role === 'interactions';
    this.#lostZeros = needsIds ? await LostZeros.of(file, this.#documents.ids) : undefined;
    for await (const rows of readRows(file, { hasCatalogue: this.#hasCatalogue })) {
      if (this.#options.signal?.aborted)
        throw new AttuneError('CANCELLED', `Reading ${file.path} was cancelled.`);
      for (const row of rows) {
        const reason = row.rejected ?? this.#take(row);
        if (reason === undefined) counts.kept += 1;
        else counts.rejected[reason] = (counts.rejected[reason] ?? 0) + 1;
      }
      counts.rows += rows.length;
      this.#rowsRead += rows.length;
      if (this.#rowsRead - this.#lastProgress >= 20_000) {
        this.#lastProgress = this.#rowsRead;
        this.#options.onProgress?.(this.#rowsRead);
      }
    }
    const note = this.#lostZeros?.note();
    if (note !== undefined) this.#notes.push(note);
    for (const [field, count] of this.#documents.masked) {
      const masked = count - (maskedBefore.get(field) ?? 0);
      if (masked > 0) counts.masked[field] = masked;
    }
  }

  /** @returns why the row is left out, or undefined when it is kept */
  #take(row: DataRow): string | undefined {
    switch (row.role) {
      case 'documents':
        return this.#documents.add(row) ? undefined : 'DUPLICATE_ID';
      case 'queries':
        return this.#takeQuery(row);
      case 'interactions':
        return this.#takeInteraction(row);
      case 'events':
        this.#events.add(row);
        if (!this.#hasCatalogue && row.documentId !== undefined) this.#documents.collect(row, sourceOf(row));
        return undefined;
      case 'judgments': {
        const documentId = row.documentId as string;
        if (this.#hasCatalogue && !this.#documents.has(documentId)) this.#unknownJudged += 1;
        this.#slices.judge(row.source, row.queryId as string, documentId, Math.max(0, row.weight ?? 1));
        return undefined;
      }
      case 'ignore':
        this.#slices.ignore(row.source, row.queryId as string, row.documentId as string);
        return undefined;
    }
  }

  #takeQuery(row: DataRow): string | undefined {
    const id = row.queryId as string;
    if (this.#queries.has(id)) return 'DUPLICATE_ID';
    const query: QueryRow = { id, text: row.query ?? '', part: row.part ?? 'train', source: sourceOf(row) };
    const filter = filterOf(row.values['filter']);
    if (filter !== undefined) query.filter = filter;
    this.#queries.set(id, query);
    if (row.part !== undefined) this.#parted.add(id);
    return undefined;
  }

  /** The id of the document that a row of a log means; undefined where the catalogue has none. */
  #documentOf(id: string): string | undefined {
    return !this.#hasCatalogue || this.#documents.has(id) ? id : this.#lostZeros?.find(id);
  }

  #takeInteraction(row: DataRow): string | undefined {
    const id = this.#documentOf(row.documentId as string);
    if (id === undefined) return 'UNKNOWN_DOCUMENT';
    const source = sourceOf(row);
    const query = this.#queryOf(row, source);
    if (query === undefined) return 'UNKNOWN_QUERY';
    if (!this.#hasCatalogue) this.#documents.collect(row, source);
    const { id: documentId } = this.#documents.get(id) as DocumentRow;
    // Member by member: an object that begins as a copy of another takes twice the memory.
    const { queryId, query: text } = query;
    const interaction = { queryId, query: text, documentId, weight: row.weight ?? 1, source };
    const { kind } = this.#weights;
    // A folder with judgments of its own was prepared: its graded pairs stay as they are.
    const shown = row.source.weights?.impressions?.(row.values);
    if (this.#plan.layout === 'log' || kind === 'counts' || shown)
      this.#collector.add(interaction, kind, shown);
    else this.#interactions.push(interaction);
    return undefined;
  }

  /** The query of an interaction, which is new where nothing has named it before; undefined where it has no text. */
  #queryOf(row: DataRow, source: SourceLine): Pick<InteractionRow, 'queryId' | 'query'> | undefined {
    const known = this.#queries.get(row.queryId ?? this.#idOfText.get(row.query as string) ?? '');
    const query = row.query === undefined || row.query === known?.text ? known?.text : ownText(row.query);
    if (query === undefined) return undefined;
    if (known !== undefined) return { queryId: known.id, query };
    const queryId = row.queryId === undefined ? `q${this.#idOfText.size}` : ownText(row.queryId);
    if (row.queryId === undefined) this.#idOfText.set(query, queryId);
    // Another query may have been given that id by its row.
    if (!this.#queries.has(queryId)) {
      this.#queries.set(queryId, { id: queryId, text: query, part: row.part ?? 'train', source });
      if (row.part !== undefined) this.#parted.add(queryId);
    }
    return { queryId, query };
  }

  finish(): ReadDataset {
    const { path, layout, files } = this.#plan;
    this.#finishRates();
    if (files.some(({ role }) => role === 'events')) this.#finishEvents();
    const slices = this.#slices.slices(this.#plan, (id) => this.#documents.get(id), this.#notes);
    const { judgedBy, notes } = partQueries(
      {
        queries: this.#queries,
        parted: this.#parted,
        judged: this.#slices.judgments,
        interactions: this.#interactions,
      },
      this.#options,
    );
    this.#notes.push(...notes);
    slices.push(...this.#judgedByInteractions(judgedBy));
    const documents = this.#documents.documents;
    if (documents.length === 0) {
      throw new AttuneError(
        'DATA_EMPTY',
        `Expected documents in ${path}, but ${this.#rowsRead === 1 ? 'its one row was' : `all ${counted(this.#rowsRead, 'row')} were`} left out. ${this.#leftOut().join(' ')}`.trim(),
      );
    }
    this.#checkTexts();
    const queries = [...this.#queries.values()];
    const interactions = this.#interactions.filter(
      ({ queryId }) => this.#queries.get(queryId)?.part === 'train',
    );
    const apart = this.#interactions.length - interactions.length;
    if (apart > 0)
      this.#notes.push(
        `${counted(apart, 'interaction of a dev or test query is', 'interactions of dev and test queries are')} not trained on.`,
      );
    if (this.#unknownJudged > 0) {
      this.#notes.push(
        `${counted(this.#unknownJudged, 'judgment names a document that is', 'judgments name documents that are')} not in the catalogue, and so not found by any search.`,
      );
    }
    this.#notes.push(...this.#leftOut());
    if (this.#weights.why !== '') this.#notes.push(this.#weights.why);
    const mapping = mappedColumns(this.#plan);
    return {
      path,
      layout,
      documents,
      queries,
      interactions,
      weights: this.#weights,
      slices,
      ...(this.#options.language !== undefined && { language: this.#options.language }),
      mapping,
      counts: this.#counts,
      notes: this.#notes,
    };
  }

  #finishRates(): void {
    const rates = this.#collector.finishRates();
    if (rates !== undefined) this.#weights = datasetWeights(this.#plan, this.#actionWeights, rates);
  }

  #finishEvents(): void {
    // Weights of another file could not be compared with rates.
    const areAlone = this.#plan.files.every(({ role }) => role !== 'interactions');
    const asRates = areAlone && (this.#options.weights ?? 'rates') === 'rates';
    const { interactions, counts, rates } = this.#events.finish({ asRates });
    if (rates !== undefined) this.#weights = datasetWeights(this.#plan, this.#actionWeights, rates);
    let unknown = 0;
    for (const interaction of interactions) {
      if (!this.#documents.has(interaction.documentId)) {
        unknown += 1;
        continue;
      }
      this.#interactions.push(interaction);
      const { queryId: id, query: text, source } = interaction;
      if (!this.#queries.has(id)) this.#queries.set(id, { id, text, part: 'train', source });
    }
    this.#notes.push(eventsNote(counts, { interactions: interactions.length, unknown }));
  }

  /** The interactions of the parts as judgments. */
  #judgedByInteractions(parts: readonly Part[]): ReturnType<SliceReader['slices']> {
    const judged = new SliceReader();
    for (const { queryId, documentId, weight } of this.#interactions) {
      const part = this.#queries.get(queryId)?.part;
      const [file] = this.#plan.files;
      if (part === undefined || !parts.includes(part) || file === undefined) continue;
      judged.judge({ ...file, slice: part }, queryId, documentId, weight);
    }
    const slices = judged.slices(this.#plan, (id) => this.#documents.get(id), this.#notes);
    for (const slice of slices) slice.weights = this.#weights.kind;
    return slices.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #checkTexts(): void {
    const { documents } = this.#documents;
    if (documents.some(({ fields }) => Object.keys(fields).length > 0)) return;
    const file = this.#plan.files.find(({ role }) => role === 'interactions' || role === 'events');
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `Expected a text for the documents in ${file?.path ?? this.#plan.path}, but none of its columns ` +
        `(${listedColumns(file?.columns ?? [])}) holds one. Name it with \`columns.title\`, or call it title in the file, ` +
        'or give the file of the documents with `documents`, or in one folder with the log.',
    );
  }

  #leftOut(): string[] {
    return this.#counts.flatMap(({ file, rows, kept, masked, rejected }) => {
      const list = (values: Record<string, number>) =>
        Object.entries(values)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ');
      const parts = [];
      if (kept < rows)
        parts.push(
          `${rows - kept} of ${counted(rows, 'row')} ${rows - kept === 1 ? 'was' : 'were'} left out (${list(rejected)})`,
        );
      if (Object.keys(masked).length > 0) parts.push(`blank values are masked (${list(masked)})`);
      return parts.length === 0 ? [] : [`${file}: ${parts.join('; ')}.`];
    });
  }
}

function sourceOf(row: DataRow): SourceLine {
  return { file: row.source.path, line: row.line };
}

function filterOf(value: unknown): Record<string, ScalarValue> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const filter: Record<string, ScalarValue> = {};
  for (const [name, exact] of Object.entries(value)) {
    const wanted = typeof exact === 'bigint' ? Number(exact) : exact; // as attributes are
    if (typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean')
      filter[name] = wanted;
  }
  return Object.keys(filter).length > 0 ? filter : undefined;
}
