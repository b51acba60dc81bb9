import type { DocumentRow } from '@attune/data';
import type { LexicalSettings } from '@attune/search';
import type { Service } from '@attune/service';

const writesAtOnce = 2000;

/** Makes a collection of documents; resolves when searches see all of them. */
export async function fillCollection(
  service: Service,
  name: string,
  {
    bundle,
    lexical,
    documents,
  }: { bundle: string; lexical?: LexicalSettings | undefined; documents: readonly DocumentRow[] },
): Promise<void> {
  await service.createCollection(name, { bundle, lexical });
  await writeDocuments(service, name, documents);
}

/** Resolves when searches see all of them. */
export async function writeDocuments(
  service: Service,
  collection: string,
  documents: readonly DocumentRow[],
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (written: number) => void } = {},
): Promise<void> {
  for (let at = 0; at < documents.length; at += writesAtOnce) {
    const writes = documents
      .slice(at, at + writesAtOnce)
      .map(({ id, fields, attributes }) => ({ op: 'upsert' as const, id, fields, attributes }));
    signal?.throwIfAborted();
    await service.write(collection, writes, { refresh: at + writesAtOnce >= documents.length });
    onProgress?.(at + writes.length);
  }
}
