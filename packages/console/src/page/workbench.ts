import type { Client, Collection, SearchHit } from '@attune/client';
import { type Column, depth, requestOf } from './columns.js';
import { showColumns } from './columns-view.js';
import { copyCommand } from './command-view.js';
import { curlOf } from './curl.js';
import { openDocument } from './document-view.js';
import { byId, element, say } from './elements.js';
import { type Contents, chooseFields } from './fields.js';
import { Filters } from './filters-view.js';
import { Judgments, type Thumb } from './judgments.js';
import type { Answer, Results } from './results.js';
import { key, reasonOf, server } from './session.js';

/** Answers that are shown at first, and added by every "more". */
const page = 10;

export interface WorkbenchOptions {
  client: Client;
  collection: Collection;
  columns: readonly Column[];
  /** Some documents, by which fields are chosen and filters offered. */
  sample: readonly Contents[];
  onSearch: (text: string) => void;
}

/** One collection being searched: its columns, filters and thumbs. */
export class Workbench {
  readonly #options: WorkbenchOptions;
  readonly #filters: Filters;
  #running: AbortController | undefined;
  #results: Results | undefined;
  #shown = page;
  #reference: string;

  constructor(options: WorkbenchOptions) {
    this.#options = options;
    const { columns, sample } = options;
    this.#filters = new Filters(() => void this.search());
    this.#filters.see(sample);
    this.#reference =
      columns.find(({ name }) => name === 'base' && columns.length > 3)?.name ?? columns[0]!.name;
    this.#offerReferences();
    byId('more-button').onclick = () => {
      this.#shown += page;
      this.#show();
    };
  }

  /** Searches all columns for what stands in the search field. */
  async search(): Promise<void> {
    const { client, columns, collection, sample } = this.#options;
    const text = byId<HTMLInputElement>('query').value.trim();
    this.#running?.abort();
    this.#options.onSearch(text);
    if (text === '') {
      this.#results = undefined;
      this.#show();
      say(`Type to search ${collection.documents.toLocaleString('en')} documents.`);
      return;
    }
    const running = new AbortController();
    this.#running = running;
    const { filter } = this.#filters;
    const answers = await Promise.all(
      columns.map((column) => this.#ask(column, { text, filter }, running.signal)),
    );
    if (running.signal.aborted) return;
    const seen = answers.flatMap(({ hits }) => hits);
    this.#filters.see(seen);
    this.#shown = page;
    this.#results = {
      text,
      filter,
      answers,
      fields: chooseFields([...sample, ...seen]),
      judgments: new Judgments(client, collection.name, { text, filter, shown: page }),
    };
    this.#show();
    const found = new Set(seen.map(({ id }) => id)).size;
    say(
      found === 0
        ? `Nothing found for “${text}”.`
        : `“${text}”: ${found} documents in the first ${depth} of all columns.`,
    );
  }

  async #ask(column: Column, asked: Pick<Results, 'text' | 'filter'>, signal: AbortSignal): Promise<Answer> {
    const startedAt = performance.now();
    const elapsed = () => performance.now() - startedAt;
    try {
      const request = { ...requestOf(column, asked), record: false };
      const { hits } = await this.#options.client.search(column.collection, request, { signal });
      return { column, hits, milliseconds: elapsed() };
    } catch (error) {
      return { column, hits: [], failed: reasonOf(error), milliseconds: elapsed() };
    }
  }

  #show(): void {
    const results = this.#results;
    const most = Math.max(0, ...(results?.answers ?? []).map(({ hits }) => hits.length));
    byId('against').hidden = results === undefined;
    byId('more').hidden = most <= this.#shown;
    if (results === undefined) {
      byId('columns').replaceChildren();
      byId('switch').hidden = true;
      return;
    }
    showColumns(results, {
      reference: this.#reference,
      shown: this.#shown,
      actions: {
        open: (hit) => openDocument(hit, results),
        judge: (thumb, hit, column) => void this.#judge(thumb, hit, column, results),
        mark: markDocument,
        copy: ({ column }) => void copyCommand(this.#command(column, results)),
      },
    });
  }

  #command(column: Column, { text, filter }: Results): string {
    const request = requestOf(column, { text, filter, limit: page });
    return curlOf({ server, collection: column.collection, request, withKey: key.get() !== undefined });
  }

  async #judge(thumb: Thumb, hit: SearchHit, column: Column, results: Results): Promise<void> {
    try {
      await results.judgments.give(thumb, hit.id, column);
      for (const row of byId('columns').querySelectorAll<HTMLElement>('.row')) {
        if (row.dataset['id'] !== hit.id) continue;
        for (const each of ['thumbs_up', 'thumbs_down'])
          row.querySelector(`.${each}`)?.setAttribute('aria-pressed', String(each === thumb));
      }
      say(thumb === 'thumbs_up' ? 'Kept: it fits.' : 'Kept: it does not fit.');
    } catch (error) {
      say(`Not kept: ${reasonOf(error)}`, { failed: true });
    }
  }

  #offerReferences(): void {
    const select = byId<HTMLSelectElement>('reference');
    select.replaceChildren(
      ...this.#options.columns.map(({ name }) =>
        element('option', { value: name, selected: name === this.#reference }, name),
      ),
    );
    select.onchange = () => {
      this.#reference = select.value;
      this.#show();
    };
  }
}

function markDocument(id: string | undefined): void {
  for (const row of byId('columns').querySelectorAll<HTMLElement>('.row'))
    row.classList.toggle('marked', row.dataset['id'] === id);
}
