import type { SearchHit } from '@attune/client';
import { button, byId, element } from './elements.js';
import { shownOf } from './fields.js';
import { imageSource } from './image.js';
import { languageOf } from './language.js';
import type { Results } from './results.js';
import { pictureView } from './row-view.js';

/** Everything of a document: where each column has it, its fields and its attributes. */
export function openDocument(hit: SearchHit, results: Results): void {
  const sheet = byId<HTMLDialogElement>('document');
  const { title, image } = shownOf(hit, results.fields);
  sheet.replaceChildren(
    element(
      'header',
      {},
      image === undefined ? undefined : pictureView(image),
      element('h2', { id: 'document-title', lang: languageOf(title) || undefined, dir: 'auto' }, title),
      button({ class: 'plain' }, () => sheet.close(), 'Close'),
    ),
    element('h3', {}, 'Places'),
    list(
      results.answers.map(({ column, hits }) => {
        const place = hits.findIndex(({ id }) => id === hit.id);
        const shown = place === -1 ? '–' : `${place + 1}, score ${hits[place]!.score.toPrecision(4)}`;
        return [column.name, shown];
      }),
    ),
    element('h3', {}, 'Fields'),
    list(Object.entries(hit.fields)),
    ...(Object.keys(hit.attributes).length === 0
      ? []
      : [element('h3', {}, 'Attributes'), list(Object.entries(hit.attributes))]),
    element('p', { class: 'soft id' }, element('code', {}, hit.id)),
  );
  sheet.showModal();
}

function list(entries: readonly (readonly [string, unknown])[]): HTMLElement {
  return element(
    'dl',
    {},
    ...entries.flatMap(([name, value]) => [element('dt', {}, name), valueView(name, value)]),
  );
}

function valueView(name: string, value: unknown): HTMLElement {
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  const image = typeof value === 'string' ? imageSource(value, name) : undefined;
  if (image?.startsWith('data:')) return element('dd', {}, pictureView(image));
  return element('dd', { lang: languageOf(text) || undefined, dir: 'auto' }, text);
}
