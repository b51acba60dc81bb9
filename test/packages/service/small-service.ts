import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBundle, readBundle, type StaticModel, writeStaticBundle } from '@attune/encode';
import { type SearchHit, Service, type ServiceOptions } from '@attune/service';

/** A folder that is gone when the work ends. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-service-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opens a data folder, waits until it answers, and closes it at the end whatever happens. */
export async function withService<T>(
  folder: string,
  work: (service: Service) => Promise<T>,
  options?: ServiceOptions,
): Promise<T> {
  const service = await Service.open(folder, options);
  try {
    await isReady(service);
    return await work(service);
  } finally {
    await service.close();
  }
}

export async function isReady(service: Service): Promise<void> {
  while (!service.ready().ready) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const hitsOf = ({ hitsJson }: { hitsJson: string }): SearchHit[] =>
  JSON.parse(hitsJson) as SearchHit[];

export const idsOf = (answer: { hitsJson: string }): string[] => hitsOf(answer).map(({ id }) => id);

/** The shipped bundle with other weights for its dims: another model, of the same shape. */
export async function otherBundle(path: string, seed = 1): Promise<string> {
  const bundle = await readBundle(await findBundle('attune-base-en'));
  const { table, dim } = bundle.model as StaticModel;
  const weights = Float32Array.from(
    { length: dim },
    (_, i) => 0.2 + (1.8 * (((i + 7) * (seed * 37 + 11)) % 17)) / 16,
  );
  await writeStaticBundle({
    path,
    table: table.map((value, i) => value * weights[i % dim]!),
    dim,
    tokenizerJson: bundle.tokenizer.json,
    preprocessing: bundle.preprocessing,
  });
  return path;
}

export const upsert = (
  id: string,
  title: string,
  attributes: Record<string, string | number | boolean> = {},
) => ({ op: 'upsert' as const, id, fields: { title }, attributes });
