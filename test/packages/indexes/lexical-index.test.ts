import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { addRow, createAnalyser, createRowSet, LexicalIndex, type LexicalStatistics } from '@attune/indexes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomNumbers } from '../../random.js';

const texts = [
  'oak desk lamp',
  'desk',
  'floor lamps',
  '',
  'lamp lamp lamp shade for a lamp',
  'green chair',
  'Lamp floor',
];

/** The formula, written down again in double and without an index. */
function plainBm25(
  documents: readonly string[],
  query: string,
  row: number,
  { k1 = 1.2, b = 0.75 } = {},
): number {
  const analyser = createAnalyser('english');
  const all = documents.map((text) => analyser.terms(text));
  const meanLength = all.reduce((sum, terms) => sum + terms.length, 0) / all.length;
  let score = 0;
  for (const term of analyser.terms(query)) {
    const n = all.filter((terms) => terms.includes(term)).length;
    const count = all[row]!.filter((other) => other === term).length;
    if (count === 0) continue;
    const idf = Math.log(1 + (all.length - n + 0.5) / (n + 0.5));
    score += (idf * count * (k1 + 1)) / (count + k1 * (1 - b + (b * all[row]!.length) / meanLength));
  }
  return score;
}

function randomTexts(count: number, seed: number): string[] {
  const next = randomNumbers(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: Math.floor(next() * 12) }, () => `w${Math.floor(next() ** 3 * 60)}`).join(' '),
  );
}

function rowSetOf(count: number, rows: Iterable<number>) {
  const set = createRowSet(count);
  for (const row of rows) addRow(set, row);
  return set;
}

/** Of documents in several indexes, some rows of which do not count. */
function statisticsOf(parts: readonly { index: LexicalIndex; among?: Uint32Array; documents: number }[]) {
  const sum = (of: (part: (typeof parts)[number]) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  const documents = sum((part) => part.documents);
  return {
    documents,
    meanLength: sum(({ index, among }) => index.totalLength(among)) / documents,
    documentsWith: (term) => sum(({ index, among }) => index.documentsWith(term, among)),
  } satisfies LexicalStatistics;
}

describe('LexicalIndex from another thread', () => {
  it('answers to the bit as the one it was taken from', () => {
    const index = LexicalIndex.build({ texts: randomTexts(200, 6), k1: 0.9, b: 0.4 });
    const taken = LexicalIndex.fromColumns(structuredClone(index.columns));
    for (let term = 0; term < 70; ++term)
      expect(taken.search(`w${term} w3`, { k: 20 })).toEqual(index.search(`w${term} w3`, { k: 20 }));
  });
});

describe('LexicalIndex among the documents of others', () => {
  const parameters = { k1: 0.9, b: 0.4 };

  it('scores to the bit as one index of all documents does, also where some no longer count', () => {
    const documents = randomTexts(300, 4);
    const living = documents.filter((_, row) => row % 3 !== 0);
    const whole = LexicalIndex.build({ texts: living, ...parameters });
    const begins = [0, 120, 121];
    const parts = begins.map((begin, i) => {
      const texts = documents.slice(begin, begins[i + 1]);
      const rows = [...texts.keys()].filter((row) => (begin + row) % 3 !== 0);
      const index = LexicalIndex.build({ texts });
      return { begin, index, rows, among: rowSetOf(texts.length, rows), documents: rows.length };
    });
    const statistics = statisticsOf(parts);
    for (const { index, rows, begin } of parts) {
      const weighted = index.weighted({ ...parameters, statistics });
      for (const query of ['w0 w1 w2', 'w5', 'w30 w3 w3']) {
        const places = rows.map((row) => living.indexOf(documents[begin + row]!));
        expect(weighted.scoresOf(query, rows)).toEqual(whole.scoresOf(query, places));
      }
    }
  });

  it('takes a term that its own documents alone hold for the rarest of all', () => {
    const base = LexicalIndex.build({ texts: ['oak desk', 'oak lamp'] });
    const tail = LexicalIndex.build({ texts: ['walnut desk'] });
    const statistics = statisticsOf([
      { index: base, documents: 2 },
      { index: tail, documents: 1 },
    ]);
    const score = (term: string) => tail.weighted({ statistics }).scoresOf(term, [0])[0]!;
    expect(score('walnut')).toBeCloseTo(Math.log(1 + 2.5 / 1.5), 6);
    expect(score('desk')).toBeCloseTo(Math.log(1 + 1.5 / 2.5), 6);
  });

  it('refuses statistics of fewer than no documents, and lives with those of none', () => {
    const index = LexicalIndex.build({ texts: ['desk'] });
    const statistics = { documents: -1, meanLength: 1, documentsWith: () => 0 };
    expect(() => index.weighted({ statistics })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    const none = { documents: 0, meanLength: 0, documentsWith: () => 0 };
    expect(index.weighted({ statistics: none }).search('desk', { k: 1 }).scores[0]).toBeTypeOf('number');
  });
});

describe('a query of several texts', () => {
  const documents = randomTexts(200, 8);
  const index = LexicalIndex.build({ texts: documents });
  const rows = [...documents.keys()];

  it('scores the sum of what its texts score, each times its weight', () => {
    const [one, two] = ['w0 w7', 'w3'].map((text) => index.scoresOf(text, rows));
    const both = index.scoresOf(
      [
        { text: 'w0 w7', weight: 2 },
        { text: 'w3', weight: 0.5 },
      ],
      rows,
    );
    for (const row of rows) expect(both[row]).toBeCloseTo(2 * one![row]! + 0.5 * two![row]!, 4);
    expect(index.scoresOf([{ text: 'w0 w7', weight: 1 }], rows)).toEqual(one);
  });

  it('of a weight below 0 holds documents back, and finds none by it alone', () => {
    const text = [
      { text: 'w3', weight: -0.7 },
      { text: 'w0', weight: 1 },
    ];
    const wanted = index.scoresOf('w0', rows);
    const unwanted = index.scoresOf('w3', rows);
    const expected = rows.filter((row) => wanted[row]! - 0.7 * unwanted[row]! > 1e-6 && wanted[row]! > 0);
    const scores = index.scoresOf(text, rows);
    const { rows: found, scores: best } = index.searchBatch([{ text }], { k: 200 });
    expect([...found].filter((row) => row >= 0).sort((a, b) => a - b)).toEqual(expected);
    expect(expected.length).toBeLessThan(wanted.filter((score) => score > 0).length);
    for (const [i, row] of found.entries()) if (row >= 0) expect(best[i]).toBe(scores[row]);
    expect([...index.searchBatch([{ text: [{ text: 'w3', weight: -1 }] }], { k: 1 }).rows]).toEqual([-1]);
  });
});

describe('LexicalIndex', () => {
  it('scores as the formula says, whatever k1 and b', () => {
    const documents = randomTexts(200, 1);
    for (const parameters of [
      { k1: 1.2, b: 0.75 },
      { k1: 0, b: 0 },
      { k1: 0.6, b: 1 },
    ]) {
      const index = LexicalIndex.build({ texts: documents, analyser: 'english', ...parameters });
      for (const query of ['w0', 'w3 w1 w1', 'w59 w2 missing']) {
        const rows = documents.map((_, row) => row);
        const scores = index.scoresOf(query, rows);
        for (const row of rows) {
          expect(scores[row]).toBeCloseTo(plainBm25(documents, query, row, parameters), 5);
        }
      }
    }
  });

  it('gives exactly the best rows, ties in the order of rows', () => {
    const documents = randomTexts(300, 2);
    const index = LexicalIndex.build({ texts: documents });
    for (const query of ['w0 w1', 'w2', 'w5 w5 w17']) {
      const all = index.scoresOf(
        query,
        documents.map((_, row) => row),
      );
      const expected = [...all.keys()]
        .filter((row) => all[row]! > 0)
        .sort((x, y) => all[y]! - all[x]! || x - y);
      for (const k of [1, 7, 50]) {
        const { rows, scores } = index.search(query, { k });
        expect([...rows]).toEqual([
          ...expected.slice(0, k),
          ...Array(Math.max(0, k - expected.length)).fill(-1),
        ]);
        expect([...scores].filter(Number.isFinite)).toEqual(expected.slice(0, k).map((row) => all[row]));
      }
    }
  });

  it('ends an answer of fewer than k rows with -1 and -Infinity', () => {
    const { rows, scores } = LexicalIndex.build({ texts }).search('lamp', { k: 6 });
    expect([...rows]).toEqual([4, 2, 6, 0, -1, -1]);
    expect([...scores.subarray(4)]).toEqual([-Infinity, -Infinity]);
  });

  it('answers nothing to words that no document has, to blanks, and from no documents', () => {
    const index = LexicalIndex.build({ texts });
    expect([...index.search('sofa', { k: 2 }).rows]).toEqual([-1, -1]);
    expect([...index.search('  ', { k: 2 }).rows]).toEqual([-1, -1]);
    expect([...LexicalIndex.build({ texts: [] }).search('lamp', { k: 1 }).rows]).toEqual([-1]);
  });

  it('keeps to the rows allowed, those of each query before those of all', () => {
    const index = LexicalIndex.build({ texts });
    const allowed = rowSetOf(texts.length, [0, 1]);
    expect([...index.search('lamp', { k: 2, allowed }).rows]).toEqual([0, -1]);
    const own = rowSetOf(texts.length, [6]);
    expect([...index.searchBatch(['lamp', { text: 'lamp', allowed: own }], { k: 1, allowed }).rows]).toEqual([
      0, 6,
    ]);
  });

  it('forgets a query before the next one', () => {
    const index = LexicalIndex.build({ texts });
    const alone = index.search('floor lamp', { k: 4 });
    index.search('desk lamp oak', { k: 1, allowed: rowSetOf(texts.length, []) });
    expect(index.search('floor lamp', { k: 4 })).toEqual(alone);
    expect(index.searchBatch(['desk', 'floor lamp'], { k: 4 }).rows.subarray(4)).toEqual(alone.rows);
  });

  it('weighted otherwise gives what an index built with these weights gives', () => {
    const documents = randomTexts(100, 3);
    const parameters = { k1: 0.6, b: 0.5 };
    const built = LexicalIndex.build({ texts: documents, ...parameters });
    const reweighted = LexicalIndex.build({ texts: documents }).weighted(parameters);
    expect(reweighted.search('w1 w4', { k: 100 })).toEqual(built.search('w1 w4', { k: 100 }));
    expect([reweighted.k1, reweighted.b, reweighted.analyser]).toEqual([0.6, 0.5, 'english']);
  });

  it('refuses parameters and rows that are out of range', () => {
    expect(() => LexicalIndex.build({ texts, k1: -1 })).toThrow(/k1.*-1/);
    expect(() => LexicalIndex.build({ texts, b: 1.5 })).toThrow(/b to be between 0 and 1/);
    const index = LexicalIndex.build({ texts });
    expect(() => index.search('lamp', { k: 0 })).toThrow(/k to be a whole number above 0/);
    expect(() => index.scoresOf('lamp', [7])).toThrow(/rows below 7/);
  });
});

describe('a saved LexicalIndex', () => {
  let folder: string;
  let path: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-lexical-'));
    path = join(folder, 'words.lexical');
    await LexicalIndex.build({
      texts: [...texts, 'größe 本棚'],
      analyser: 'english-split',
      k1: 0.9,
      b: 0.4,
    }).save(path);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const codeOf = async (file: string) => {
    const error = await LexicalIndex.load(file).then(
      () => undefined,
      (error: unknown) => error,
    );
    return error instanceof AttuneError ? error.code : error;
  };
  const withChecksum = (body: Buffer) => Buffer.concat([body, createHash('sha256').update(body).digest()]);

  it('answers as the one that was saved, and leaves no other file', async () => {
    const index = LexicalIndex.build({
      texts: [...texts, 'größe 本棚'],
      analyser: 'english-split',
      k1: 0.9,
      b: 0.4,
    });
    const loaded = await LexicalIndex.load(path);
    for (const query of ['lamp', 'Größe', '本棚 desk', '']) {
      expect(loaded.search(query, { k: 5 })).toEqual(index.search(query, { k: 5 }));
    }
    expect([loaded.analyser, loaded.k1, loaded.b, loaded.count]).toEqual(['english-split', 0.9, 0.4, 8]);
    expect(await readdir(folder)).toEqual(['words.lexical']);
  });

  it('replaces an earlier file, and holds an index of nothing', async () => {
    const other = join(folder, 'replaced.lexical');
    await LexicalIndex.build({ texts }).save(other);
    await LexicalIndex.build({ texts: ['', ''] }).save(other);
    expect((await LexicalIndex.load(other)).count).toBe(2);
    await rm(other);
  });

  it('says what is wrong with a damaged file, by its name', async () => {
    const damaged = join(folder, 'damaged.lexical');
    const bytes = await readFile(path);
    await writeFile(damaged, bytes.subarray(0, bytes.length - 5));
    await expect(LexicalIndex.load(damaged)).rejects.toThrow(/damaged\.lexical is not a whole .* checksum/);
    await writeFile(damaged, 'not an index at all');
    await expect(LexicalIndex.load(damaged)).rejects.toThrow(
      /damaged\.lexical .* does not begin as an index/,
    );
    expect(await codeOf(damaged)).toBe('FILE_CORRUPT');
    expect(await codeOf(join(folder, 'none'))).toBe('FILE_NOT_FOUND');
    expect(await codeOf(folder)).toBe('FILE_UNREADABLE');
    await rm(damaged);
  });

  it('refuses a newer format and an unknown analyser as unsupported', async () => {
    const newer = join(folder, 'newer.lexical');
    const bytes = await readFile(path);
    bytes.writeUInt32LE(3, 16);
    await writeFile(newer, bytes);
    expect(await codeOf(newer)).toBe('FORMAT_UNSUPPORTED');
    const body = (await readFile(path)).subarray(0, -32);
    const renamed = Buffer.from(body.toString('latin1').replace('english-split', 'klingon-split'), 'latin1');
    await writeFile(newer, withChecksum(renamed));
    expect(await codeOf(newer)).toBe('FORMAT_UNSUPPORTED');
    await rm(newer);
  });

  it('refuses one whose words were cut by another version of a dictionary, naming both', async () => {
    const words = join(folder, 'cut.lexical');
    await LexicalIndex.build({ texts: ['橡木台灯'], cut: 'words' }).save(words);
    expect((await LexicalIndex.load(words)).cut).toBe('words');
    const icu = process.versions['icu']!;
    const body = (await readFile(words)).subarray(0, -32).toString('latin1');
    const other = Buffer.from(body.replace(`ICU ${icu}`, `ICU ${'9'.repeat(icu.length)}`), 'latin1');
    await writeFile(words, withChecksum(other));
    expect(await codeOf(words)).toBe('FORMAT_UNSUPPORTED');
    await expect(LexicalIndex.load(words)).rejects.toThrow(`ICU ${icu}`);
    await expect(LexicalIndex.load(words)).rejects.toThrow(/ICU 9+/);
    await rm(words);
  });

  it('survives 300 mutations with a typed error each, also where the checksum was made to match', async () => {
    const bytes = await readFile(path);
    const mutated = join(folder, 'mutated.lexical');
    const next = randomNumbers(7);
    let refused = 0;
    for (let round = 0; round < 300; ++round) {
      let body = Buffer.from(bytes);
      const kind = round % 3;
      if (kind === 0) body[Math.floor(next() * body.length)]! ^= 1 << Math.floor(next() * 8);
      if (kind === 1) body = body.subarray(0, Math.floor(next() * body.length));
      if (kind === 2) {
        body = body.subarray(0, -32);
        for (let i = 0; i < 3; ++i)
          body[8 + Math.floor(next() * (body.length - 8))] = Math.floor(next() * 256);
        body = withChecksum(body);
      }
      await writeFile(mutated, body);
      try {
        const index = await LexicalIndex.load(mutated);
        // A changed count or letter with a matching checksum is another index, and has to answer as one.
        expect(kind).toBe(2);
        expect(index.search('lamp desk', { k: 3 }).rows).toHaveLength(3);
      } catch (error) {
        expect(error).toBeInstanceOf(AttuneError);
        expect(['FILE_CORRUPT', 'FORMAT_UNSUPPORTED']).toContain((error as AttuneError).code);
        ++refused;
      }
    }
    expect(refused).toBeGreaterThanOrEqual(200);
    await rm(mutated);
  });
});
