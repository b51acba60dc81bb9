import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Encoder, readBundle } from '@attune/encode';
import { beforeAll, describe, expect, it } from 'vitest';

const dataPackage = fileURLToPath(new URL('../../../../npm/base-zh', import.meta.url));
const folder = join(dataPackage, 'attune-base-zh');

describe('the shipped model attune-base-zh', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    // Loading compares fingerprint and golden vectors.
    encoder = await Encoder.load('attune-base-zh');
  });

  const tokensOf = async (text: string) => {
    const { ids } = await encoder.tokenizer.tokenize([text]);
    return [...ids].map((id) => encoder.tokenizer.idToToken(id));
  };

  it('loads by its name, with golden vectors', async () => {
    expect(encoder.bundle).toMatchObject({ path: folder, kind: 'static', dim: 256 });
    expect(encoder.bundle.manifest!.golden).toHaveLength(16);
    expect((await readBundle(folder)).preprocessing).toEqual({
      prompts: { query: '', document: '' },
      maxTokens: 256,
      documentFields: ['title', 'description'],
    });
  });

  it('cuts unspaced text into words and characters, and Latin words and numbers out of it', async () => {
    expect(await tokensOf('手机壳')).toEqual(['手机', '壳']);
    expect(await tokensOf('ＬＥＤ台灯12V')).toEqual(['led', '台', '灯', '12', 'v']);
    expect(await tokensOf('500ML的茶杯')).toEqual(['500', 'ml', '的', '茶杯']);
    // Whatever it has no token for is one unknown.
    expect(await tokensOf('🙂')).toEqual(['[UNK]']);
  });

  it.each([
    ['垃圾桶', '垃圾箱', '软盘'],
    ['汽车', '轿车', '日历'],
    ['照片', '相片', '水龙头'],
    ['医生', '大夫', '火车'],
    ['开心', '快乐', '锤子'],
  ])('puts %s nearer to %s than to %s', async (query, near, far) => {
    const [q, n, f] = await Promise.all([query, near, far].map((text) => encoder.encodeQueries([text])));
    const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(cosine(q!, n!)).toBeGreaterThan(cosine(q!, f!) + 0.1);
  });

  it('says what it was made from, keeps the notices of teacher and dictionary, and is small', () => {
    const { lineage } = encoder.bundle.manifest!;
    expect(lineage.baseName).toBe('BAAI/bge-small-zh-v1.5');
    expect(lineage.base).toMatch(/^[0-9a-f]{64}$/);
    expect(lineage.dataset).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(join(folder, 'NOTICES.txt'), 'utf8')).toMatch(
      /MIT License[\s\S]*staoxiao\n.*Sun Junyi\n/,
    );
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(/bge-small-zh-v1\.5[\s\S]*jieba/);
    const sizes = readdirSync(dataPackage, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(15e6);
  });
});
