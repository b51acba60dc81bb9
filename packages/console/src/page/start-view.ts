import { element } from './elements.js';
import { server } from './session.js';

/** What to do next where there is nothing to search yet, as commands that can be copied. */
function steps(title: string, ...parts: [about: string, command: string][]): HTMLElement {
  return element(
    'section',
    { 'aria-labelledby': 'start-title' },
    element('h2', { id: 'start-title' }, title),
    element(
      'ol',
      { class: 'steps' },
      ...parts.map(([about, command]) =>
        element(
          'li',
          {},
          element('p', {}, about),
          element('pre', { tabindex: 0 }, element('code', {}, command)),
        ),
      ),
    ),
  );
}

const writing = (collection: string): [string, string] => [
  'Write documents, a line of JSON each:',
  `curl '${server}/v1/collections/${collection}/documents?refresh=wait' \\\n  -H 'content-type: application/x-ndjson' \\\n` +
    `  -d '{"id":"1","fields":{"title":"Oak desk lamp"},"attributes":{"price":40}}'`,
];

/** For a server without collections. */
export const noCollection = (): HTMLElement =>
  steps(
    'There is no collection yet',
    [
      'Make one:',
      `curl ${server}/v1/collections \\\n  -H 'content-type: application/json' \\\n  -d '{"name":"shop"}'`,
    ],
    writing('shop'),
    [
      'Then load this page again. Or begin with a log of searches and clicks: end this server, and let one command do it all:',
      'attune up clicks.csv --catalogue products.csv',
    ],
  );

/** For a collection without documents. */
export const noDocument = (collection: string): HTMLElement =>
  steps(`The collection ${collection} has no documents yet`, writing(encodeURIComponent(collection)));
