import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readQrels, readRun, writeQrels, writeRun } from '../../../packages/data/src/index.js';
import { hasShared, sharedDir } from '../../shared-data.js';
import { filesIn, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

describe('TREC files', () => {
  it('are parted by any blanks', async () => {
    const inner = filesIn(folder, { 'a.qrels': 'q1 0 d1 2\nq1\t0\td2   0\r\n  q2 Q0  d1 1.5\n' });
    const judgments = await readQrels(join(inner, 'a.qrels'));
    expect([...judgments].map(([query, grades]) => [query, Object.fromEntries(grades)])).toEqual([
      ['q1', { d1: 2, d2: 0 }],
      ['q2', { d1: 1.5 }],
    ]);
  });

  it('of judgments may be the table of BEIR', async () => {
    const inner = filesIn(folder, { 'test.tsv': 'query-id\tcorpus-id\tscore\n1\t31\t1\n' });
    expect((await readQrels(join(inner, 'test.tsv'))).get('1')?.get('31')).toBe(1);
  });

  it('name file and line of what is none', async () => {
    const inner = filesIn(folder, { 'a.qrels': 'q1 0 d1 2\nq1 0 d2\n', 'a.run': 'q1 Q0 d1 first 2 x\n' });
    await expect(readQrels(join(inner, 'a.qrels'))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: /a\.qrels:2/,
    });
    await expect(readRun(join(inner, 'a.run'))).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: /a\.run:1/,
    });
  });

  it('come back as they were written', async () => {
    const inner = filesIn(folder, { keep: '' });
    const judgments = new Map([
      [
        'q1',
        new Map([
          ['d1', 3],
          ['d2', 0.25],
        ]),
      ],
    ]);
    await writeQrels(join(inner, 'x.qrels'), judgments);
    expect(await readQrels(join(inner, 'x.qrels'))).toEqual(judgments);
    const run = new Map([
      [
        'q1',
        [
          { documentId: 'd2', score: 0.9 },
          { documentId: 'd1', score: 1 / 3 },
        ],
      ],
    ]);
    await writeRun(join(inner, 'x.run'), run, { tag: 'tuned' });
    expect(readFileSync(join(inner, 'x.run'), 'utf8').split('\n')[0]).toBe('q1 Q0 d2 1 0.9 tuned');
    expect(await readRun(join(inner, 'x.run'))).toEqual(run);
    await expect(writeRun(join(inner, 'x.run'), run)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });
});

describe.skipIf(!hasShared)(
  'Cranfield (needs ../shared, which is not here)'.replace(hasShared ? / \(.*\)/ : /$^/, ''),
  () => {
    it('has 1,837 judgments of 225 queries', async () => {
      const judgments = await readQrels(join(sharedDir, 'data/text/cranfield/cranqrel.trec.txt'));
      let count = 0;
      for (const grades of judgments.values()) count += grades.size;
      expect([judgments.size, count]).toEqual([225, 1837]);
    });
  },
);
