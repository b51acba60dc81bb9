import type { Filter } from '@attune/client';
import { button, byId, element } from './elements.js';
import { type Choice, type Facet, facetsOf, filterOf } from './facets.js';
import type { Contents } from './fields.js';

/** Documents that filters are made from. */
const mostSeen = 2000;

/** The filters of a collection, made from the documents that were seen; whoever listens is told of every change. */
export class Filters {
  readonly #choices = new Map<string, Choice>();
  readonly #seen = new Map<string, Contents>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#show();
  }

  /** More documents were seen. What is offered stays as it is while filters are in use. */
  see(documents: readonly Contents[]): void {
    for (const each of documents) if (this.#seen.size < mostSeen) this.#seen.set(each.id, each);
    if (this.#choices.size === 0) this.#show();
  }

  #show(): void {
    const facets = facetsOf([...this.#seen.values()]);
    byId('filters').hidden = facets.length === 0;
    byId('facets').replaceChildren(
      ...facets.map((facet) => (facet.kind === 'values' ? this.#values(facet) : this.#range(facet))),
      button({ class: 'plain' }, () => this.#clear(), 'Clear all'),
    );
    this.#count();
  }

  get filter(): Filter | undefined {
    return filterOf(this.#choices);
  }

  #values({ name, values }: Extract<Facet, { kind: 'values' }>): HTMLElement {
    const boxes = values.map(({ value }) => ({ value, box: element('input', { type: 'checkbox' }) }));
    for (const { box } of boxes) {
      box.addEventListener('change', () => {
        const chosen = boxes.filter((each) => each.box.checked).map((each) => each.value);
        this.#choose(name, chosen.length === 0 ? undefined : { values: chosen });
      });
    }
    return element(
      'fieldset',
      {},
      element('legend', {}, name),
      ...boxes.map(({ value, box }) =>
        element('label', { class: 'chip' }, box, element('span', { dir: 'auto' }, String(value))),
      ),
    );
  }

  #range({ name, least, most }: Extract<Facet, { kind: 'range' }>): HTMLElement {
    const bound = (label: string, shown: number) => {
      const input = element('input', {
        type: 'number',
        step: 'any',
        placeholder: shown,
        'aria-label': `${name}, ${label}`,
      });
      input.addEventListener('change', () => {
        const [atLeast, atMost] = [from, to].map(({ value }) => (value === '' ? undefined : Number(value)));
        this.#choose(name, atLeast === undefined && atMost === undefined ? undefined : { atLeast, atMost });
      });
      return input;
    };
    const from = bound('at least', least);
    const to = bound('at most', most);
    return element(
      'fieldset',
      {},
      element('legend', {}, name),
      from,
      element('span', { class: 'soft' }, 'to'),
      to,
    );
  }

  #choose(name: string, choice: Choice | undefined): void {
    if (choice === undefined) this.#choices.delete(name);
    else this.#choices.set(name, choice);
    this.#count();
    this.#onChange();
  }

  #clear(): void {
    for (const input of byId('facets').querySelectorAll('input')) {
      if (input.type === 'checkbox') input.checked = false;
      else input.value = '';
    }
    this.#choices.clear();
    this.#count();
    this.#onChange();
  }

  #count(): void {
    byId('filters-chosen').textContent = this.#choices.size === 0 ? '' : ` · ${this.#choices.size} in use`;
  }
}
