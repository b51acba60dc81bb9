import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

const onWindows = process.platform === 'win32';

async function syncPath(path: string): Promise<void> {
  // Windows syncs only what is open for writing; elsewhere a read-only file can be synced too.
  const handle = await open(path, onWindows ? 'r+' : 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder durable. Windows cannot open a folder, and needs no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (!onWindows) await syncPath(path);
}

/** Makes a folder and everything below it durable. */
export async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncPath(path);
  }
  await syncFolder(folder);
}

/** A folder that is there, with those above it, and stays there. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  // Each new folder's name is kept by the one above it.
  for (let made = resolve(path); ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === resolve(first) || made === dirname(made)) return;
  }
}

/** Renames what is whole and synced, and waits until the change is on the disk. A file in its place goes; a filled folder fails it. */
export async function moveSynced(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
  if (dirname(resolve(from)) !== dirname(resolve(to))) await syncFolder(dirname(from));
}
