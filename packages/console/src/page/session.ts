import { AttuneApiError, createClient } from './client.js';

const place = 'attune-key';

/** The server's address: where this page is from, below whatever path a proxy gives it. */
export const server = new URL('.', document.baseURI).href.replace(/\/$/, '');

/** The key that was given in this tab; it is kept nowhere else. */
export const key = {
  get: (): string | undefined => sessionStorage.getItem(place) ?? undefined,
  set: (value: string): void => sessionStorage.setItem(place, value),
  forget: (): void => sessionStorage.removeItem(place),
};

/** A client with the key of this tab. */
export const connect = () => createClient({ url: server, key: key.get() });

/** What went wrong, in the server's own words where it has said something. */
export function reasonOf(error: unknown): string {
  if (error instanceof AttuneApiError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

export const isRefusal = (error: unknown, ...statuses: number[]): boolean =>
  error instanceof AttuneApiError && statuses.includes(error.status);
