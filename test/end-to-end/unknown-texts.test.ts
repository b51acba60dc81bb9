/** What the command line says where the model cannot read the texts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../packages/tune/small-shop.js';
import { attune } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

const things = ['台灯', '桌子', '椅子', '书架', '地毯'];
const chinese = (i: number) => `${things[i % things.length]}${String.fromCodePoint(0x5000 + i)}`;

beforeAll(() => {
  const rows = Array.from({ length: 120 }, (_, i) => `${chinese(i)},d${i},北欧${chinese(i)},${1 + (i % 3)}`);
  writeFileSync(at('zh.csv'), ['query,product_id,title,clicks', ...rows].join('\n'));
  const documents = Array.from({ length: 10 }, (_, i) => ({
    id: `${i}`,
    title: i < 3 ? chinese(i) : `oak table for ${i} people`,
  }));
  writeFileSync(at('mixed.jsonl'), documents.map((each) => JSON.stringify(each)).join('\n'));
});

describe('a model that cannot read the texts', () => {
  it('is warned of by validate', async () => {
    const { code, out } = await attune(['validate', at('zh.csv'), '--model', 'attune-base-en', '--json']);
    expect(code).toBe(3);
    const { findings } = JSON.parse(out) as { findings: { code: string; share: number; message: string }[] };
    expect(findings.find((finding) => finding.code === 'UNKNOWN_TEXT')).toMatchObject({
      share: 1,
      message: expect.stringContaining('The vocabulary of attune-base-en does not know 100 %'),
    });
  });

  it('is not trained unless it is wanted anyway, and what to do is said in words of the command', async () => {
    const { code, err } = await attune([
      ...['train', at('zh.csv'), '--model', 'attune-base-en', '--out', at('tuned'), '--few'],
    ]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /TEXTS_UNKNOWN: .*100 % .*search by words alone\..*anyway is --anyway, base is --model\.$/m,
    );
  });

  it('is warned of where three of ten documents are unknown, and of queries and answers without meaning', async () => {
    const { code, out, err } = await attune([
      ...['index', at('mixed.jsonl'), '--model', 'attune-base-en', '--out', at('index'), '--json'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      coverage: { texts: 10, unknownShare: expect.closeTo(0.3, 5) },
      equalVectors: { equal: 3 },
    });
    expect(err).toContain('does not know 30 % of what the documents say');
    const search = async (query: string, mode: string) =>
      (await attune(['search', at('index'), query, '--mode', mode])).err;
    expect(await search('台灯', 'vector')).toMatch(
      /does not know the query: these answers and their scores mean/,
    );
    expect(await search('oak table', 'vector')).toBe('');
    expect(await search('台灯', 'lexical')).not.toContain('does not know');
  });
});
