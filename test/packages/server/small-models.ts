import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDataset } from '@attune/data';
import type { Preprocessing } from '@attune/encode';
import { smallShop, writeSmallBase } from '../tune/small-shop.js';
import type { RunningServer } from './running-server.js';

/** Registers a model of a few words, which a test can tune in seconds. */
export async function importSmallModel(
  { service }: RunningServer,
  name: string,
  preprocessing: Partial<Preprocessing> = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-small-model-'));
  await service.models.import(name, await writeSmallBase(join(folder, name), 1, preprocessing));
  await rm(folder, { recursive: true, force: true });
}

/** The files of the small shop's dataset, by name. */
export async function smallShopFiles(): Promise<Map<string, Buffer<ArrayBuffer>>> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-small-shop-'));
  await writeDataset(join(folder, 'shop'), smallShop());
  const files = new Map<string, Buffer<ArrayBuffer>>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) files.set(entry.name, await readFile(join(entry.parentPath, entry.name)));
  }
  await rm(folder, { recursive: true, force: true });
  return files;
}

export async function uploadSmallShop({ url }: RunningServer, dataset: string): Promise<void> {
  for (const [name, body] of await smallShopFiles()) {
    const answer = await fetch(`${url}/v1/datasets/${dataset}/files/${name}`, { method: 'PUT', body });
    if (answer.status !== 200) throw new Error(await answer.text());
  }
}
