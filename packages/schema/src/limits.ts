/** How large each thing may be. Characters are code points; bytes are those of UTF-8. */
export const limits = {
  document: {
    idCharacters: 512,
    /** Names of fields and attributes. */
    nameCharacters: 256,
    fields: 64,
    /** All text fields together. */
    fieldBytes: 2 ** 20,
    attributes: 64,
    /** All texts in attributes together. */
    attributeBytes: 2 ** 20,
    /** Texts in one attribute that is a list. */
    listEntries: 256,
  },
  filter: {
    /** Levels, the outermost condition included. */
    depth: 16,
    /** Each value of an `in` counts as a condition of its own. */
    conditions: 1024,
    valueCharacters: 8192,
  },
  modifiers: {
    /** In `multiplyBy`, and as many in `add`. */
    count: 16,
  },
  query: {
    textCharacters: 8192,
    /** Numbers in a vector. */
    dim: 4096,
    /** Weighted parts of one query. */
    parts: 32,
    /** Of a part, above or below 0. Beyond it sums of scores would overflow. */
    weight: 1000,
    /** Of a part, above or below 0. Below it a part would not count among others, and scores would come to 0. */
    leastWeight: 0.001,
  },
  search: {
    hits: 1000,
    /** Hits that are left out before them. */
    offset: 10_000,
  },
  event: {
    actionCharacters: 128,
    /** Ids of query, client and session, the application, and the time. */
    nameCharacters: 256,
    queryCharacters: 8192,
  },
} as const;
