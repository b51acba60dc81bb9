/** One row of the demo's log, in the order in which it is written. */
export interface LogRow {
  query_id: string;
  query: string;
  product_id: string;
  title: string;
  class: string;
  /** 0.5 to 1: 0.5 + 0.5 / (the word's place among the icon's own; the best of the icons of this title) */
  score: number;
}

/** A fault that was put in on purpose. */
export interface Injected {
  /** The code by which validation should report it. */
  code: string;
  /** Where it stands in the log; the first line is 1. */
  line: number;
  /** What is wrong there. */
  fault: string;
}

export interface DirtyLog {
  /** One JSON text a row, but for those that were broken on purpose. */
  lines: string[];
  injected: Injected[];
}

interface Fault {
  code: string;
  fault: string;
  /** A row made wrong, as it would come out of a careless export. */
  make: (row: LogRow, leaked: LogRow) => object | string;
}

/** What is put in, so many rows of each. All are additional rows: without them the log is as it was. */
const faults: readonly Fault[] = [
  { code: 'BLANK_VALUE', fault: 'the query is blanks', make: (row) => ({ ...row, query: '   ' }) },
  { code: 'BLANK_VALUE', fault: 'the query is "nan"', make: (row) => ({ ...row, query: 'nan' }) },
  { code: 'BLANK_VALUE', fault: 'the query is "null"', make: (row) => ({ ...row, query: 'null' }) },
  { code: 'REPEATED_PAIR', fault: 'the same row again', make: (row) => row },
  {
    code: 'CONTRADICTORY_WEIGHT',
    fault: 'a pair of the log with another weight',
    make: (row) => ({ ...row, score: row.score > 0.6 ? 0.1 : 0.95 }),
  },
  {
    code: 'UNKNOWN_DOCUMENT',
    fault: 'an icon that is not in the catalogue',
    make: (row) => ({ ...row, product_id: `${row.product_id}-that-was-removed` }),
  },
  {
    code: 'MOJIBAKE',
    fault: 'UTF-8 that was read as Latin-1',
    make: (row) => ({ ...row, query: Buffer.from(`${row.query} – café`, 'utf8').toString('latin1') }),
  },
  {
    code: 'HTML_TAG',
    fault: 'tags around the query',
    make: (row) => ({ ...row, query: `<b>${row.query}</b><br/>` }),
  },
  {
    code: 'HTML_ENTITY',
    fault: 'an entity in the query',
    make: (row) => ({ ...row, query: `${row.query} &amp; more` }),
  },
  { code: 'NEGATIVE_WEIGHT', fault: 'a weight below 0', make: (row) => ({ ...row, score: -row.score }) },
  { code: 'WEIGHT_INVALID', fault: 'a weight that is no number', make: (row) => ({ ...row, score: 'high' }) },
  {
    code: 'TOO_LONG',
    fault: 'a query of 6,000 characters',
    make: (row) => ({ ...row, query: `${row.query} `.repeat(6000).slice(0, 6000) }),
  },
  { code: 'UNREADABLE_ROW', fault: 'half a line of JSON', make: (row) => JSON.stringify(row).slice(0, 40) },
  { code: 'LEAK_PAIR', fault: 'a query of the test with its right answer', make: (_row, leaked) => leaked },
];

/**
 * Puts known faults into the demo's log, `perFault` rows of each kind, so that a reader sees validation find them. Same
 * seed, same dirt. A repetition and a contradiction come after the row that they repeat.
 *
 * @param testPairs  judged pairs of the test, as rows; they are what leaks
 */
export function injectDirt(
  rows: readonly LogRow[],
  testPairs: readonly LogRow[],
  { seed, perFault = 12 }: { seed: number; perFault?: number | undefined },
): DirtyLog {
  const next = randomNumbers(seed);
  const pick = (length: number) => Math.floor(next() * length);
  // What comes behind each row of the clean log.
  const behind = new Map<number, { text: string; code: string; fault: string }[]>();
  if (rows.length > 0 && testPairs.length > 0) {
    for (const { code, fault, make } of faults) {
      for (let i = 0; i < perFault; ++i) {
        const place = pick(rows.length);
        const made = make(rows[place]!, testPairs[pick(testPairs.length)]!);
        const text = typeof made === 'string' ? made : JSON.stringify(made);
        behind.set(place, [...(behind.get(place) ?? []), { text, code, fault }]);
      }
    }
  }

  const lines: string[] = [];
  const injected: Injected[] = [];
  for (const [place, row] of rows.entries()) {
    lines.push(JSON.stringify(row));
    for (const { text, code, fault } of behind.get(place) ?? []) {
      lines.push(text);
      injected.push({ code, line: lines.length, fault });
    }
  }
  return { lines, injected };
}

/** Mulberry32: numbers in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
