import { foldText } from '@attune/text';

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
  // An entry's parent is an entry before it that is linked with it, or itself: so the root of a group is its first entry.
  const parents = Int32Array.from(ids, (_, entry) => entry);
  const rootOf = (entry: number): number => {
    let root = entry;
    while (parents[root] !== root) root = parents[root] = parents[parents[root]!]!;
    return root;
  };
  const link = (entry: number, other: number) => {
    const [a, b] = [rootOf(entry), rootOf(other)];
    parents[Math.max(a, b)] = Math.min(a, b);
  };
  linkEqual(ids.length, (entry) => ids[entry]!, link);
  linkEqual(
    ids.length,
    (entry) => {
      const text = foldText(texts[entry] ?? '');
      return text === '' ? undefined : text;
    },
    link,
  );
  let count = 0;
  const keys = new Int32Array(ids.length);
  for (let entry = 0; entry < keys.length; ++entry) {
    const root = rootOf(entry);
    keys[entry] = root === entry ? count++ : keys[root]!;
  }
  return keys;
}

/** Links every entry with the first that has the same name. One map at a time: at a million entries they are what takes memory. */
function linkEqual(
  count: number,
  nameOf: (entry: number) => string | undefined,
  link: (entry: number, other: number) => void,
): void {
  const firstWith = new Map<string, number>();
  for (let entry = 0; entry < count; ++entry) {
    const name = nameOf(entry);
    if (name === undefined) continue;
    const first = firstWith.get(name);
    if (first === undefined) firstWith.set(name, entry);
    else link(entry, first);
  }
}

/**
 * All document keys that any pair gives to a query key, sorted, as the native trainers take them: query key q is
 * answered by documentKeys[offsets[q] .. offsets[q + 1]). Negative keys stand for nothing.
 */
export function knownPositives(
  queryKeys: Int32Array,
  documentKeys: Int32Array,
): { offsets: Uint32Array; documentKeys: Int32Array } {
  const isKnown = (pair: number) => queryKeys[pair]! >= 0 && documentKeys[pair]! >= 0;
  let queries = 0;
  for (let pair = 0; pair < queryKeys.length; ++pair)
    if (isKnown(pair)) queries = Math.max(queries, queryKeys[pair]! + 1);
  // Where each query's documents begin while equal ones still stand beside each other, and the next free place among them.
  const begins = new Uint32Array(queries + 1);
  for (let pair = 0; pair < queryKeys.length; ++pair) if (isKnown(pair)) begins[queryKeys[pair]! + 1]! += 1;
  for (let query = 0; query < queries; ++query) begins[query + 1]! += begins[query]!;
  const next = begins.slice();
  const all = new Int32Array(begins[queries]!);
  for (let pair = 0; pair < queryKeys.length; ++pair)
    if (isKnown(pair)) all[next[queryKeys[pair]!]!++] = documentKeys[pair]!;

  const offsets = new Uint32Array(queries + 1);
  let count = 0;
  for (let query = 0; query < queries; ++query) {
    const begin = count;
    for (const document of all.subarray(begins[query], begins[query + 1]).sort()) {
      // `all` is read ahead of where it is written.
      if (count === begin || all[count - 1] !== document) all[count++] = document;
    }
    offsets[query + 1] = count;
  }
  return { offsets, documentKeys: all.slice(0, count) };
}
