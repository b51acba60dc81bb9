/** What the data folder of makeFlipFolder answers, whoever wrote it. */
import { StoreReader } from '@attune/store';

const collection = 'shop';
const modes = ['vector', 'lexical', 'hybrid'];
const texts = ['lamp', 'oak chair', 'red nø 4'];

/** @param service  an open Service @returns plain JSON */
export async function answersOf(service) {
  const hits = {};
  for (const mode of modes) {
    for (const text of texts) {
      const { hitsJson } = await service.search(collection, { mode, text, limit: 5, record: false });
      hits[`${mode}: ${text}`] = JSON.parse(hitsJson).map(({ id, score }) => ({ id, score }));
    }
  }
  const { documents } = await service.documents(collection);
  const { name, release, bundle, fingerprint, dim, indexed } = await service.collection(collection);
  const reader = StoreReader.open(service.folder);
  try {
    return JSON.parse(
      JSON.stringify({
        collection: { name, release, bundle, fingerprint, dim, indexed },
        aliases: service.aliases(),
        releases: await service.releases(collection),
        documents,
        hits,
        events: [...reader.events()],
      }),
    );
  } finally {
    reader.close();
  }
}
