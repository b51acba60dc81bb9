import { readFileSync } from 'node:fs';

/** One change of the files below a folder, as traced-calls.c writes it down, or a mark of the program that made them. */
export type Change =
  | { kind: 'create' | 'folder'; path: string; file: number }
  | { kind: 'write'; file: number; offset: number; data: Uint8Array }
  /** To `length` bytes. */
  | { kind: 'truncate'; file: number; length: number }
  | { kind: 'rename'; path: string; to: string }
  | { kind: 'remove'; path: string }
  /** Of a file's bytes, or a folder's names. */
  | { kind: 'sync'; file: number }
  | { kind: 'mark'; text: string };

const headerBytes = 32;

/** @param root  paths are told from here */
export function readTrace(file: string, root: string): Change[] {
  const bytes = readFileSync(file);
  const changes: Change[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [kind, pathBytes, otherBytes, dataBytes] = [0, 4, 8, 12].map((place) =>
      bytes.readUInt32LE(at + place),
    );
    const inode = Number(bytes.readBigUInt64LE(at + 16));
    const offset = Number(bytes.readBigUInt64LE(at + 24));
    at += headerBytes;
    const text = bytes.toString('utf8', at, at + pathBytes!);
    const other = bytes.toString('utf8', at + pathBytes!, at + pathBytes! + otherBytes!);
    at += pathBytes! + otherBytes!;
    const data = bytes.subarray(at, at + dataBytes!);
    at += dataBytes!;
    changes.push(changeOf(kind!, { text, other, file: inode, offset, data }, root));
  }
  return changes;
}

interface Fields {
  text: string;
  other: string;
  file: number;
  offset: number;
  data: Uint8Array;
}

function changeOf(kind: number, { text, other, file, offset, data }: Fields, root: string): Change {
  const below = (path: string) => path.slice(root.length + 1);
  switch (kind) {
    case 1:
      return { kind: 'create', path: below(text), file };
    case 2:
      return { kind: 'folder', path: below(text), file };
    case 3:
      return { kind: 'write', file, offset, data };
    case 4:
      return { kind: 'truncate', file, length: offset };
    case 5:
      return { kind: 'rename', path: below(text), to: below(other) };
    case 6:
      return { kind: 'remove', path: below(text) };
    case 7:
      return { kind: 'sync', file };
    case 8:
      return { kind: 'mark', text };
    default:
      throw new Error(`A trace has a record of the unknown kind ${kind}`);
  }
}
