import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lettersOf, stemSet } from '@attune/data';
import {
  buildIconDataset,
  type IconDatasetSummary,
  installIconPackages,
  openIconPictures,
} from '@attune/demo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Icon } from '../../../packages/demo/src/icons/icon.js';
import { IconJudge } from '../../../packages/demo/src/icons/judge.js';
import { chinese } from '../../../packages/demo/src/icons/languages/chinese.js';
import { collectQueries, groupQueries } from '../../../packages/demo/src/icons/queries.js';

const icon = (id: string, title: string, tags: unknown[], ranked?: boolean): Icon => {
  const [set = ''] = id.split('/');
  return { id, title, category: '', set, tags, ranked };
};
const queriesOf = (tags: unknown[], ranked?: boolean) =>
  collectQueries([icon('iconpark/cat', '猫咪', tags, ranked)], chinese).queries;
const textsOf = (tags: unknown[]) => queriesOf(tags).map(({ text }) => text);

describe('cleaning Chinese tags', () => {
  it('takes apart what holds several words: by a mark, or by a blank between two of them', () => {
    expect(textsOf(['石碑、纪念碑', '点头，肯定', '收音机、', '洗澡 花洒', '播放/暂停'])).toEqual(
      ['石碑', '纪念碑', '点头', '肯定', '收音机', '洗澡', '花洒', '播放', '暂停'].sort(),
    );
  });

  it('leaves a blank beside a letter or a number where it is', () => {
    expect(textsOf(['维他命 C', '24 小时', 'Wi-Fi'])).toEqual(['24 小时', 'wi fi', '维他命 c']);
  });

  it('keeps words of one character, and drops single letters, numbers, symbols and words for nothing', () => {
    expect(textsOf(['猫', '车', 'A', '8', '12:30', '1:1', '！？', '无', null, 'null'])).toEqual(['猫', '车']);
  });

  it('drops what only says how an icon is drawn, not what holds such a word', () => {
    expect(textsOf(['线性', '填充', '轮廓图标', '实心圆', '的'])).toEqual(['实心圆']);
  });

  it('drops the title of the icon itself, and what is offensive', () => {
    expect(textsOf(['猫咪', '宠物', '屎'])).toEqual(['宠物']);
  });

  it('gives a place to every word where the order means something, else the first to all', () => {
    const ranks = (ranked?: boolean) =>
      queriesOf(['宠物', '动物、小猫'], ranked).map((q) => q.tagged[0]!.rank);
    expect(ranks()).toEqual([2, 1, 3]);
    expect(ranks(false)).toEqual([1, 1, 1]);
  });
});

describe('grouping Chinese queries', () => {
  const groupsOf = (tags: string[]) =>
    groupQueries(queriesOf(tags), chinese)
      .map((group) => group.map(({ text }) => text).sort())
      .sort();

  it('keeps together what has the same characters in any order, without particles and style words', () => {
    expect(groupsOf(['裁剪', '剪裁', '剪', '剪子', '女人的脸', '女人脸', '圆形', '实心圆形'])).toEqual(
      [
        ['剪', '剪子'],
        ['剪裁', '裁剪'],
        ['圆形', '实心圆形'],
        ['女人的脸', '女人脸'],
      ].sort(),
    );
  });

  it('keeps together what has the same letters', () => {
    expect(groupsOf(['Wi-Fi', 'wifi', 'x 射线', 'X射线', 'design', 'designs'])).toEqual([
      ['design', 'designs'],
      ['wi fi', 'wifi'],
      ['x 射线', 'x射线'],
    ]);
  });
});

it('calls right what is tagged, titled as the query, titled as one tagged elsewhere, or a variant', () => {
  const icons = [
    icon('iconpark/bin', '垃圾桶', ['清除']),
    icon('iconpark/bin-filled', '实心垃圾桶', []),
    icon('iconpark/clear', '清除', []),
    icon('emoji/1f5d1', '废纸篓', ['清除']),
    icon('emoji/1f6ae', '垃圾桶', []),
  ];
  const query = collectQueries(icons, chinese).queries[0]!;
  expect(
    new IconJudge(icons, chinese)
      .instances(query)
      .map(({ set, relevant }) => [set, relevant.map(({ id }) => id)]),
  ).toEqual([
    ['emoji', ['emoji/1f5d1', 'emoji/1f6ae']],
    ['iconpark', ['iconpark/bin', 'iconpark/bin-filled', 'iconpark/clear']],
  ]);
});

describe('the Chinese icon dataset', () => {
  let folder: string;
  let packagesFolder: string;
  let summary: IconDatasetSummary;
  const rows = async <T>(name: string) =>
    (await readFile(join(folder, name), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as T);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attune-icons-zh-'));
    ({ packagesFolder } = await installIconPackages({ language: 'zh' }));
    summary = await buildIconDataset(packagesFolder, folder, { language: 'zh' });
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('has the icons, emoji and queries that the packages hold', () => {
    expect(summary).toMatchObject({ documents: 2658 + 1923, largestGroup: 2 });
    expect(summary.slices.test.instances).toBeGreaterThan(1000);
    expect(summary.slices['test-novel'].instances).toBeGreaterThan(500);
    const { train, dev, test } = summary.parts;
    const all = train.queries + dev.queries + test.queries;
    expect(train.queries / all).toBeCloseTo(0.7, 1);
  });

  it('numbers no title, and takes no region code for a word', async () => {
    const titles = (await rows<{ title: string }>('corpus.jsonl')).map(({ title }) => title);
    expect(titles.filter((title) => /\p{Script=Han}\d$/u.test(title))).toEqual([]);
    expect(titles.filter((title) => title === '下载').length).toBeGreaterThan(1);
    const queries = (await rows<{ query: string }>('queries.jsonl')).map(({ query }) => query);
    expect(queries).toContain('旗');
    expect(queries.filter((query) => ['cn', 'de', 'gbwls'].includes(query))).toEqual([]);
  });

  it('leaves no twin of a training query in dev or test, as validation tells twins', async () => {
    const queries = await rows<{ query: string; part: string }>('queries.jsonl');
    for (const key of [(text: string) => stemSet(text) || text, lettersOf]) {
      const parts = new Map<string, Set<string>>();
      for (const { query, part } of queries)
        parts.set(key(query), (parts.get(key(query)) ?? new Set()).add(part));
      expect([...parts].filter(([, of]) => of.size > 1)).toEqual([]);
    }
  });

  it('finds the picture of every document, the same at every call', async () => {
    const pictureOf = openIconPictures(packagesFolder, 'zh');
    const again = openIconPictures(packagesFolder, 'zh');
    for (const { product_id: id, set } of await rows<{ product_id: string; set: string }>('corpus.jsonl')) {
      const picture = pictureOf(id);
      if (set === 'emoji') expect(picture?.kind === 'text' && /\p{Emoji}/u.test(picture.text), id).toBe(true);
      else expect(picture?.kind === 'svg' && /^<svg[\s\S]*<\/svg>$/.test(picture.svg), id).toBe(true);
      expect(again(id)).toEqual(picture);
    }
    for (const id of ['iconpark/no-such-icon', 'iconpark/../index', 'emoji/zz', 'mdi/home', 'home', ''])
      expect(pictureOf(id), id).toBeUndefined();
  }, 60_000);
});
