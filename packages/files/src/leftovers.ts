import { randomBytes } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
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
 * Mends what a crash left in a folder: removes what was half made, and what was replaced by something that is in its place; what was to be
 * replaced by something that never came there is put back. Names that are not of this kind to the letter are left alone. Only for a folder in
 * which nobody else is writing.
 *
 * @param of  only what was to become, or was, the entry of this name
 */
export async function removeLeftovers(folder: string, of?: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) {
    const leftover = leftoverOf(name);
    if (leftover === undefined || (of !== undefined && leftover.of !== cut(of))) continue;
    const path = join(folder, name);
    const isInPlace = names.some((other) => !isLeftover(other) && cut(other) === leftover.of);
    if (leftover.kind === 'partial' || isInPlace) await rm(path, { recursive: true, force: true });
    // Of a name that was cut it is not known where it stood.
    else if (Buffer.byteLength(leftover.of) < mostOfName) await rename(path, join(folder, leftover.of));
  }
}

/** The process of another machine is not known here, so what it may be writing is left alone for so long. */
const abandonedAfterMs = 3_600_000;

/**
 * Removes folders that were half made when their process ended, in a folder in which others may be writing.
 *
 * @param of      what was to become the entry of this name goes at once; others once nothing in them has changed for an hour
 * @param isOurs  whether what lies at a path is of the kind that is to be removed
 */
export async function removeAbandoned(
  folder: string,
  { of, isOurs }: { of: string; isOurs: (path: string) => boolean },
): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    const leftover = leftoverOf(name);
    const path = join(folder, name);
    if (leftover?.kind !== 'partial' || isAlive(leftover.pid) || !isOurs(path)) continue;
    const isAbandoned = leftover.of === cut(of) || Date.now() - (await lastChange(path)) > abandonedAfterMs;
    if (isAbandoned) await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Of anything in a folder, in milliseconds since 1970. */
async function lastChange(path: string): Promise<number> {
  const below = (await readdir(path, { recursive: true })).map((name) => join(path, name));
  const times = await Promise.all([path, ...below].map(async (each) => (await stat(each)).mtimeMs));
  return Math.max(...times);
}

function leftoverOf(name: string): { kind: keyof typeof prefixes; of: string; pid: number } | undefined {
  const [, kind, of, pid] = /^\.(partial|replaced)-(.*)-(\d+)-[0-9a-f]{16}$/s.exec(name) ?? [];
  return kind === undefined ? undefined : { kind: kind as keyof typeof prefixes, of: of!, pid: Number(pid) };
}
