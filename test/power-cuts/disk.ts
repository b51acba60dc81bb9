import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../end-to-end/harness/random.js';
import type { Change } from './trace.js';

/** A disk writes so many bytes whole or not at all. */
const sectorBytes = 512;

type Node = FileNode | FolderNode;

class FileNode {
  durable: Uint8Array = new Uint8Array();
  /** Since the last sync, in their order. */
  pending: FileChange[] = [];

  sync(): void {
    for (const change of this.pending) this.apply(change);
    this.pending = [];
  }

  apply(change: FileChange): void {
    const isWrite = change.kind === 'write';
    const length = isWrite
      ? Math.max(this.durable.length, change.offset + change.data.length)
      : change.length;
    const bytes = new Uint8Array(length);
    bytes.set(this.durable.subarray(0, length));
    if (isWrite) bytes.set(change.data, change.offset);
    this.durable = bytes;
  }
}

type FileChange = { kind: 'write'; offset: number; data: Uint8Array } | { kind: 'truncate'; length: number };

class FolderNode {
  readonly names = new Map<string, Node>();
  readonly durable = new Map<string, Node>();
  pending: NameChange[] = [];
}

/** Names that are given or taken together, as a rename does, in one folder or two. */
interface NameChange {
  edits: { folder: FolderNode; name: string; node: Node | undefined }[];
}

/** What a disk keeps of what it was asked to sync: bytes of files, names of folders. */
export type Keeps = 'both' | 'bytes' | 'names';

/** What a power cut takes of what was not synced. */
export type Loss = 'all' | 'some' | 'nothing';

/**
 * A disk as POSIX promises it: bytes of a file are there for good once the file was synced, and names of a folder once the folder was, or a
 * folder with which one of these changes was shared. Of the rest any write may be lost or torn at a sector; names come in their order.
 */
export class Disk {
  readonly #root = new FolderNode();
  readonly #nodes = new Map<number, Node>();

  readonly #keeps: Keeps;

  /** @param keeps  a disk that keeps less than both is not what POSIX promises, and loses what was synced */
  constructor(keeps: Keeps = 'both') {
    this.#keeps = keeps;
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'create':
      case 'folder': {
        const node = change.kind === 'create' ? new FileNode() : new FolderNode();
        this.#nodes.set(change.file, node);
        this.#edit([{ path: change.path, node }]);
        return;
      }
      case 'write':
      case 'truncate':
        this.#file(change.file).pending.push(change);
        return;
      case 'rename': {
        const node = this.#at(change.path);
        this.#edit([
          { path: change.path, node: undefined },
          { path: change.to, node },
        ]);
        return;
      }
      case 'remove':
        this.#edit([{ path: change.path, node: undefined }]);
        return;
      case 'sync':
        this.#sync(change.file);
    }
  }

  /** The entries of the root below which something is not synced, or whose own names are not. */
  unsynced(): Set<string> {
    const found = new Set<string>();
    const look = (node: Node, place: string) => {
      if (node.pending.length > 0) found.add(place);
      if (node instanceof FolderNode) for (const child of node.names.values()) look(child, place);
    };
    for (const [name, node] of this.#root.names) look(node, name);
    for (const change of this.#root.pending) for (const { name } of change.edits) found.add(name);
    return found;
  }

  /** Decides what is left of what was not synced; nothing more may be applied then. */
  cut(loss: Loss, random: Random): void {
    if (loss !== 'all') this.#keepNames(loss, random);
    for (const file of this.#files()) {
      for (const change of file.pending) {
        if (loss === 'nothing' || (loss === 'some' && random.chance(0.5))) file.apply(change);
        else if (loss === 'some' && change.kind === 'write')
          for (const part of torn(change, random)) file.apply(part);
      }
    }
  }

  /** Writes what is durable into a folder. */
  writeTo(folder: string): void {
    const write = (node: Node, path: string) => {
      if (node instanceof FileNode) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, node.durable);
        return;
      }
      mkdirSync(path, { recursive: true });
      for (const [name, child] of node.durable) write(child, join(path, name));
    };
    write(this.#root, folder);
  }

  #sync(file: number): void {
    const node = this.#nodes.get(file) ?? this.#root;
    if (this.#keeps !== 'both' && (this.#keeps === 'bytes') !== node instanceof FileNode) return;
    if (node instanceof FileNode) node.sync();
    else while (node.pending.length > 0) settle(node.pending[0]!);
  }

  /** Of each folder's names those up to some change; what two folders share is kept in both or in none. */
  #keepNames(loss: Loss, random: Random): void {
    const ended = new Set<FolderNode>();
    for (const change of this.#pendingNames()) {
      const folders = change.edits.map(({ folder }) => folder);
      const ends = folders.some((folder) => ended.has(folder)) || (loss === 'some' && random.chance(0.2));
      if (ends) for (const folder of folders) ended.add(folder);
      else settle(change);
    }
  }

  readonly #changes: NameChange[] = [];

  /** In the order in which they were made. */
  #pendingNames(): NameChange[] {
    return this.#changes.filter((change) =>
      change.edits.some(({ folder }) => folder.pending.includes(change)),
    );
  }

  #edit(edits: { path: string; node: Node | undefined }[]): void {
    const change: NameChange = {
      edits: edits.map(({ path, node }) => {
        const { folder, name } = this.#placeOf(path);
        return { folder, name, node };
      }),
    };
    for (const { folder, name, node } of change.edits) {
      if (node) folder.names.set(name, node);
      else folder.names.delete(name);
    }
    for (const folder of new Set(change.edits.map((each) => each.folder))) folder.pending.push(change);
    this.#changes.push(change);
  }

  #placeOf(path: string): { folder: FolderNode; name: string } {
    const parts = path.split('/').filter((part) => part !== '');
    let folder = this.#root;
    for (const part of parts.slice(0, -1)) {
      const next = folder.names.get(part);
      if (!(next instanceof FolderNode))
        throw new Error(`The trace has a change of ${path}, and no folder ${part}`);
      folder = next;
    }
    return { folder, name: parts.at(-1)! };
  }

  #at(path: string): Node {
    const { folder, name } = this.#placeOf(path);
    const node = folder.names.get(name);
    if (node) return node;
    throw new Error(`The trace has a change of ${path}, which was never made`);
  }

  #file(file: number): FileNode {
    const node = this.#nodes.get(file);
    if (node instanceof FileNode) return node;
    throw new Error(`The trace has a write to the file ${file}, which was never made`);
  }

  /** Every file that ever was: one that lost its name may have it again after the cut. */
  *#files(): Generator<FileNode> {
    const seen = new Set<Node>();
    for (const change of this.#changes)
      for (const { node } of change.edits)
        if (node instanceof FileNode && !seen.has(node)) {
          seen.add(node);
          yield node;
        }
  }
}

/** Makes a change of names durable, and those before it in the same folders. */
function settle(change: NameChange): void {
  for (const folder of new Set(change.edits.map((each) => each.folder))) {
    while (folder.pending.includes(change) && folder.pending[0] !== change) settle(folder.pending[0]!);
  }
  for (const { folder, name, node } of change.edits) {
    folder.pending = folder.pending.filter((each) => each !== change);
    if (node) folder.durable.set(name, node);
    else folder.durable.delete(name);
  }
}

/** The sectors of a write that reached the disk, each of them or not. */
function torn({ offset, data }: { offset: number; data: Uint8Array }, random: Random): FileChange[] {
  const parts: FileChange[] = [];
  for (let from = 0; from < data.length; ) {
    const to = Math.min(data.length, from + sectorBytes - ((offset + from) % sectorBytes));
    if (random.chance(0.5))
      parts.push({ kind: 'write', offset: offset + from, data: data.subarray(from, to) });
    from = to;
  }
  return parts;
}
