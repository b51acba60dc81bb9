/** A character map as SentencePiece writes it: the length of a trie, the trie as a double array, and texts that end in 0. */

/** @param replacements  texts by what they replace; of each key as many nodes as it has bytes */
export function characterMap(replacements: Record<string, string>): string {
  const units: number[] = new Array(256).fill(0);
  const texts: Buffer[] = [];
  let textBytes = 0;
  const root = new Node();
  for (const [key, text] of Object.entries(replacements)) {
    root.add(Buffer.from(key), textBytes);
    texts.push(Buffer.from(`${text}\0`));
    textBytes += texts.at(-1)!.length;
  }
  // Each node has 256 units of its own: a child's unit lies beside the place of its parent.
  const place = (node: Node, at: number) => {
    for (const [byte, child] of node.children) {
      const block = units.length;
      for (let i = 0; i < 256; i++) units.push(0);
      const unit = at ^ byte;
      const hasText = child.text === undefined ? 0 : 0x100;
      units[unit] = (((unit ^ block) << 10) | hasText | byte) >>> 0;
      if (child.text !== undefined) units[block] = (0x80000000 | child.text) >>> 0;
      place(child, block);
    }
  };
  units[0] = 256 << 10;
  for (let i = 0; i < 256; i++) units.push(0);
  place(root, 256);
  const trie = Buffer.alloc(4 + 4 * units.length);
  trie.writeUInt32LE(4 * units.length, 0);
  for (const [i, unit] of units.entries()) trie.writeUInt32LE(unit, 4 + 4 * i);
  return Buffer.concat([trie, ...texts]).toString('base64');
}

class Node {
  readonly children = new Map<number, Node>();
  text: number | undefined;

  add(key: Buffer, text: number): void {
    const [byte] = key;
    if (byte === undefined) {
      this.text = text;
      return;
    }
    const child = this.children.get(byte) ?? new Node();
    this.children.set(byte, child);
    child.add(key.subarray(1), text);
  }
}
