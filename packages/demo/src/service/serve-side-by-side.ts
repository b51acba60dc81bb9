import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentRow } from '@attune/data';
import type { Service } from '@attune/service';
import type { MainJobResult } from '@attune/tune';
import type { IconPicture } from '../icons/icon.js';
import { pictureSvg } from '../icons/pictures.js';
import type { StartServer } from './demo-server.js';
import { fillCollection } from './fill.js';
import { serviceFolder } from './service-folder.js';

export interface ServeDemoOptions {
  out: string;
  port: number;
  /** Of both collections: `NAME-base` and `NAME-tuned`. */
  name: string;
  /** How documents look, where they are icons. */
  pictureOf?: ((id: string) => IconPicture | undefined) | undefined;
  startServer: StartServer;
  signal: AbortSignal;
  onStep(detail: string): void;
  onListening(url: string): void;
}

/** Serves two collections that differ in the model alone, which the server's page compares, until the signal. */
export async function serveSideBySide(result: MainJobResult, options: ServeDemoOptions): Promise<void> {
  const { out, port, name, pictureOf, signal, onStep } = options;
  const server = await options.startServer({ data: serviceFolder(out), port });
  try {
    const { service } = server;
    const [base, tuned] = [`${name}-base`, `${name}-tuned`];
    await addModel(service, base, result.tuning.base.path);
    await addModel(service, tuned, join(out, result.files.bundle));
    const documents = result.dataset.documents.map((row) => withPicture(row, pictureOf));
    for (const collection of [base, tuned]) {
      onStep(`filling the collection ${collection}`);
      await fillCollection(service, collection, {
        bundle: collection,
        lexical: result.comparison.model.lexical,
        documents,
      });
    }
    options.onListening(server.url);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
}

/** The picture goes along as an attribute: the page shows it, and neither model nor words read it. */
function withPicture(row: DocumentRow, pictureOf: ServeDemoOptions['pictureOf']): DocumentRow {
  const picture = pictureOf?.(row.id);
  if (picture === undefined) return row;
  return { ...row, attributes: { ...row.attributes, picture: pictureSvg(picture) } };
}

async function addModel(service: Service, name: string, folder: string): Promise<void> {
  const known = await service.store.get('bundle', name);
  if (known === undefined || !existsSync(join(service.folder, 'bundles', name)))
    await service.models.import(name, folder);
}
