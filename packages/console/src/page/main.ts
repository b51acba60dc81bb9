import type { Collection } from '@attune/client';
import { baseOf, columnsOf } from './columns.js';
import { byId, element, say } from './elements.js';
import { keyForm } from './key-form.js';
import { listenToKeys } from './keyboard.js';
import { modelView } from './model-view.js';
import { readPlace, writePlace } from './place.js';
import { connect, isRefusal, key, reasonOf } from './session.js';
import { noCollection, noDocument } from './start-view.js';
import { Workbench } from './workbench.js';

/** A search begins this long after the last key, or at Enter. */
const pauseMs = 200;
/** Documents that fields are chosen by. */
const sampleSize = 200;

let workbench: Workbench | undefined;

/** Shows one part of the page, and hides the other. */
function showStart(...parts: HTMLElement[]): void {
  byId('work').hidden = parts.length > 0;
  byId('start').hidden = parts.length === 0;
  byId('start').replaceChildren(...parts);
}

async function begin(): Promise<void> {
  byId('forget-key').hidden = key.get() === undefined;
  byId('chooser').hidden = true;
  byId('model').hidden = true;
  try {
    const collections = await connect().collections.list();
    offerCollections(collections);
    const wanted = readPlace(location.hash).collection;
    const first = collections.find(({ name }) => name === wanted) ?? preferred(collections);
    if (first === undefined) showStart(noCollection());
    else await open(first.name);
  } catch (error) {
    if (isRefusal(error, 401)) {
      const wasRefused = key.get() !== undefined;
      key.forget();
      byId('forget-key').hidden = true;
      showStart(keyForm({ wasRefused, onKey: () => void begin() }));
      byId('key').focus();
    } else showStart(element('p', { class: 'failed', role: 'alert' }, reasonOf(error)));
  }
}

/** The one that most is to be seen of: a tuned one, or else that with the most documents. */
function preferred(collections: readonly Collection[]): Collection | undefined {
  const models = undefined;
  const compared = collections.find((collection) => baseOf(collection, models, collections) !== undefined);
  return compared ?? [...collections].sort((a, b) => b.documents - a.documents)[0];
}

function offerCollections(collections: readonly Collection[]): void {
  const select = byId<HTMLSelectElement>('collection');
  select.replaceChildren(...collections.map(({ name }) => element('option', { value: name }, name)));
  select.onchange = () => void open(select.value).catch(showFailure);
  byId('chooser').hidden = collections.length === 0;
}

async function open(name: string): Promise<void> {
  const client = connect();
  const [collections, model, sample, releases, decision] = await Promise.all([
    client.collections.list(),
    client.models.get(name).catch(() => undefined),
    client.documents.list(name, { limit: sampleSize }),
    allowed(client.collections.releases(name)),
    allowed(client.collections.decisions(name, { limit: 1 })),
  ]);
  const collection = collections.find((each) => each.name === name)!;
  byId<HTMLSelectElement>('collection').value = name;
  byId('model').hidden = false;
  byId('model').replaceChildren(...modelView({ collection, model, releases, decision: decision?.data[0] }));
  document.title = `${name} · Attune`;
  if (collection.documents === 0) {
    showStart(noDocument(name));
    return;
  }
  showStart();
  workbench = new Workbench({
    client,
    collection,
    columns: columnsOf(collection, model, baseOf(collection, model, collections)),
    sample: sample.data,
    onSearch: (query) => history.replaceState(null, '', writePlace({ collection: name, query })),
  });
  await workbench.search();
}

/** What the key may not read is left out. */
async function allowed<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  return asked.catch((error: unknown) => {
    if (isRefusal(error, 403)) return undefined;
    throw error;
  });
}

const showFailure = (error: unknown): void => say(reasonOf(error), { failed: true });

let waiting: ReturnType<typeof setTimeout> | undefined;
const search = (afterMs: number): void => {
  clearTimeout(waiting);
  waiting = setTimeout(() => void workbench?.search().catch(showFailure), afterMs);
};
byId('query').addEventListener('input', () => search(pauseMs));
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  search(0);
});
byId('forget-key').addEventListener('click', () => {
  key.forget();
  void begin();
});
listenToKeys();
byId<HTMLInputElement>('query').value = readPlace(location.hash).query;
await begin();
if (workbench !== undefined) byId('query').focus();
