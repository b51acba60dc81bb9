/**
 * One key for what is the same: entries with the same id, or with the same text but for case and spaces, get the same
 * number, and so do those that are linked through others. Keys count from 0 in the order of first appearance.
 *
 * The loss takes no pair as a negative of another when their keys are equal, so a query that was logged under two ids, or a
 * product that is listed twice, does not push itself away.
 *
 * @param ids    one for each entry; an id may occur many times
 * @param texts  as many
 */
export function joinKeys(ids: readonly string[], texts: readonly string[]): Int32Array {
  const parents: number[] = [];
  const rootOf = (node: number): number => {
    let root = node;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = node; at !== root; ) {
      const next = parents[at]!;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  const nodes = new Map<string, number>();
  const nodeOf = (name: string): number => {
    const known = nodes.get(name);
    if (known !== undefined) return known;
    nodes.set(name, parents.length);
    parents.push(parents.length);
    return parents.length - 1;
  };
  const entries = ids.map((id, i) => {
    const byId = nodeOf(`id ${id}`);
    const text = (texts[i] ?? '').normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
    if (text !== '') parents[rootOf(byId)] = rootOf(nodeOf(`text ${text}`));
    return byId;
  });
  const keys = new Map<number, number>();
  return Int32Array.from(entries, (node) => {
    const root = rootOf(node);
    if (!keys.has(root)) keys.set(root, keys.size);
    return keys.get(root)!;
  });
}

/**
 * All document keys that any pair gives to a query key, sorted, as the native trainers take them: query key q is
 * answered by documentKeys[offsets[q] .. offsets[q + 1]). Negative keys stand for nothing.
 */
export function knownPositives(
  queryKeys: Int32Array,
  documentKeys: Int32Array,
): { offsets: Uint32Array; documentKeys: Int32Array } {
  const rows: Set<number>[] = [];
  queryKeys.forEach((query, pair) => {
    const document = documentKeys[pair]!;
    if (query < 0 || document < 0) return;
    while (rows.length <= query) rows.push(new Set());
    rows[query]!.add(document);
  });
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, query) => {
    offsets[query + 1] = offsets[query]! + row.size;
  });
  return { offsets, documentKeys: Int32Array.from(rows.flatMap((row) => [...row].sort((a, b) => a - b))) };
}
