import type { SearchRequest } from '@attune/client';

/** A search as a command for a shell. The key is never part of it: the shell puts in what `ATTUNE_KEY` holds. */
export function curlOf({
  server,
  collection,
  request,
  withKey,
}: {
  /** Its address, such as `http://127.0.0.1:7400`. */
  server: string;
  collection: string;
  request: SearchRequest;
  withKey: boolean;
}): string {
  const url = `${server.replace(/\/+$/, '')}/v1/collections/${encodeURIComponent(collection)}/search`;
  return [
    `curl ${quoted(url)}`,
    `-H 'content-type: application/json'`,
    ...(withKey ? ['-H "authorization: Bearer $ATTUNE_KEY"'] : []),
    `-d ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n  ');
}

/** One word for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
