/** What the page's address says after `#`: it can be shared and loaded again, and is never sent to a server. */
export interface Place {
  collection: string | undefined;
  query: string;
}

export function readPlace(hash: string): Place {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  return { collection: parts.get('collection') ?? undefined, query: parts.get('q') ?? '' };
}

export function writePlace({ collection, query }: Place): string {
  const parts = new URLSearchParams();
  if (collection !== undefined) parts.set('collection', collection);
  if (query !== '') parts.set('q', query);
  return `#${parts}`;
}
