import { join } from 'node:path';
import type { Dataset } from '@attune/data';
import { defaultBase, tuneModel } from '@attune/tune';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './small-shop.js';

const folder = temporaryFolder();

const source = { file: 'made', line: 1 };

const taken = (titles: readonly string[], tier: 'static' | 'adapter' = 'static') =>
  defaultBase(tier, {
    documents: titles.map((title, i) => ({ id: String(i), fields: { title }, attributes: {}, source })),
    queries: [],
  });

describe('the base where no model is named', () => {
  it.each([
    ['Chinese', ['纯棉四件套', '不锈钢保温杯', '台灯'], 'attune-base-zh'],
    ['Chinese among Latin brands and units', ['TCL 55英寸 LED电视', 'iPhone 15 手机壳'], 'attune-base-zh'],
    ['traditional Chinese', ['藍牙耳機', '電熱水壺'], 'attune-base-zh'],
    ['English', ['desk lamp', 'oak table'], 'attune-base-en'],
    [
      'English with a few Chinese words',
      ['desk lamp', 'oak table', '台灯', 'standing lamp'],
      'attune-base-en',
    ],
    ['Japanese', ['東京タワーの模型', '卓上ライト', '電気スタンド'], 'attune-base-en'],
    ['Korean', ['책상 램프', '무선 이어폰'], 'attune-base-en'],
    ['no letters', ['123', '4-5'], 'attune-base-en'],
    ['no documents', [], 'attune-base-en'],
  ])('for %s', (_, titles, name) => {
    const { name: found, why } = taken(titles);
    expect(found).toBe(name);
    expect(why).toContain(`The base is ${name}, because`);
    expect(why).toContain('Name another model to overrule that.');
  });

  it('says which script decided, and how much of the texts it is', () => {
    expect(taken(['台灯', '书桌']).why).toContain('100 % of the letters of the texts are Chinese');
    expect(taken(['desk', '书']).why).toContain('80 % of the letters of the texts are Latin');
    expect(taken(['настольная лампа']).why).toContain('the texts are not Chinese');
    expect(taken(['настольная лампа']).why).toContain('Cyrillic');
  });

  it('is a transformer where a map over one is tuned', () => {
    expect(taken(['台灯'], 'adapter').name).toBe('bge-small-zh-v1.5');
    expect(taken(['lamp'], 'adapter').name).toBe('all-MiniLM-L6-v2');
  });

  it('reads the queries too', () => {
    const query = { id: 'q', text: '蓝牙耳机降噪', part: 'train' as const, source };
    const documents = [{ id: '1', fields: { title: 'AirPods' }, attributes: {}, source }];
    expect(defaultBase('static', { documents, queries: [query] }).name).toBe('attune-base-zh');
  });

  it('is what tuning begins with, and told', async () => {
    const pairs = [
      ['垃圾箱', '垃圾桶'],
      ['保存', '软盘'],
      ['搜索', '放大镜'],
    ] as const;
    const dataset: Dataset = {
      path: 'made',
      documents: pairs.map(([, title], i) => ({ id: `${i}`, fields: { title }, attributes: {}, source })),
      queries: pairs.map(([text], i) => ({ id: `q${i}`, text, part: 'train', source })),
      interactions: pairs.map(([query], i) => ({
        query,
        queryId: `q${i}`,
        documentId: `${i}`,
        weight: 1,
        source,
      })),
      slices: [],
    };
    const options = { dataset, tier: 'static', chooses: false, few: true, epochs: 1 } as const;
    const { base, notes } = await tuneModel({ ...options, out: join(folder, 'tuned') });
    expect(base.name).toBe('attune-base-zh');
    expect(notes[0]).toBe(defaultBase('static', dataset).why);
    const named = await tuneModel({
      ...options,
      base: 'attune-base-en',
      anyway: true,
      out: join(folder, 'named'),
    });
    expect(named.base.name).toBe('attune-base-en');
    expect(named.notes.join(' ')).not.toContain('The base is');
  });
});
