import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const prefixes = { partial: '.partial-', replaced: '.replaced-' } as const;
/** In bytes. A name may have 255; this leaves room for what comes before and after. */
const mostOfName = 192;

// native/files/partial_path.cpp makes the same names for what the core writes.
function besides(path: string, kind: keyof typeof prefixes): string {
  const name = `${prefixes[kind]}${cut(basename(path))}-${process.pid}-${randomBytes(8).toString('hex')}`;
  return join(dirname(path), name);
}

/** The beginning of a name, cut between two characters: a decoder that expects more keeps half a character to itself. */
function cut(name: string): string {
  return new TextDecoder().decode(Buffer.from(name).subarray(0, mostOfName), { stream: true });
}

/** A name beside `path` under which it is made, of this process and this call alone. */
export const partialBeside = (path: string): string => besides(path, 'partial');

/** A name beside `path` that it gets while another takes its place. */
export const replacedBeside = (path: string): string => besides(path, 'replaced');

/** Whether a name of a folder's entry is one that a crash left. */
export const isLeftover = (name: string): boolean =>
  Object.values(prefixes).some((prefix) => name.startsWith(prefix));

/**
 * Removes what a crash left half made in a folder. Only for a folder in which nobody else is writing.
 *
 * @param of  only what was to become the entry of this name
 */
export async function removeLeftovers(folder: string, of?: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!isLeftover(name) || (of !== undefined && nameOf(name) !== cut(of))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

const nameOf = (leftover: string): string | undefined =>
  /^\.(?:partial|replaced)-(.*)-\d+-[0-9a-f]{16}$/s.exec(leftover)?.[1];
