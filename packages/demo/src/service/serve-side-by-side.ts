import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '@attune/service';
import type { MainJobResult } from '@attune/tune';
import type { IconPicture } from '../icons/pictures.js';
import { pageRoutes } from '../page/page-routes.js';
import type { StartServer } from './demo-server.js';
import { fillCollection } from './fill.js';
import { serviceFolder } from './service-folder.js';

export interface ServeDemoOptions {
  out: string;
  port: number;
  pictureOf: (id: string) => IconPicture | undefined;
  startServer: StartServer;
  signal: AbortSignal;
  onStep(detail: string): void;
  onListening(url: string): void;
}

/** What the page's thumbs are called as events, and what they count; the usual actions keep theirs. */
const thumbs = { thumbs_up: 3, thumbs_down: 0, impression: 0, click: 1 };

/** Serves two collections that differ in the model alone, and the page that searches both, until the signal. */
export async function serveSideBySide(result: MainJobResult, options: ServeDemoOptions): Promise<void> {
  const { out, port, pictureOf, signal, onStep } = options;
  const routes = [pageRoutes(pictureOf)];
  const server = await options.startServer({ data: serviceFolder(out), port, routes });
  try {
    const { service } = server;
    await addModel(service, 'icons-base', result.tuning.base.path);
    await addModel(service, 'icons-tuned', join(out, result.files.bundle));
    const { documents } = result.dataset;
    for (const name of ['icons-base', 'icons-tuned']) {
      onStep(`filling the collection ${name}`);
      await fillCollection(service, name, {
        bundle: name,
        lexical: result.comparison.model.lexical,
        documents,
      });
      const { learning } = (await service.store.get('collection', name))!.value;
      await service.configure(name, { learning: { ...learning, actionWeights: thumbs } });
    }
    options.onListening(server.url);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
}

async function addModel(service: Service, name: string, folder: string): Promise<void> {
  const known = await service.store.get('bundle', name);
  if (known === undefined || !existsSync(join(service.folder, 'bundles', name)))
    await service.models.import(name, folder);
}
