import { createHash } from 'node:crypto';
import { type Icon, iconText } from './icon.js';
import type { IconLanguage } from './languages/icon-language.js';

/** What somebody may ask for, and the icons whose curators call them so. */
export interface IconQuery {
  text: string;
  /** In the order of the catalogue, with the place of this word among the icon's own, from 1; always 1 where their order says nothing. */
  tagged: { icon: Icon; rank: number }[];
}

export type IconPart = 'train' | 'dev' | 'test';

export interface CleaningCounts {
  /** (query, icon) pairs, different ones, before anything was dropped but null and a word that is the icon's own title. */
  pairs: number;
  /** Different queries among them. */
  queries: number;
  /** Queries dropped because they ask for nothing: symbols, one character, stop words, code points, "null". */
  meaningless: number;
  offensive: number;
  /** Queries dropped because they are MDI's alone, and all of their icons are variants of another. */
  aliasesOfVariants: number;
}

/** The queries of a catalogue, sorted by text, without those that ask for nothing. */
export function collectQueries(
  icons: readonly Icon[],
  language: IconLanguage,
): { queries: IconQuery[]; counts: CleaningCounts } {
  const byText = new Map<string, IconQuery>();
  let pairs = 0;
  for (const icon of icons) {
    const seen = new Set<string>();
    const tags = icon.tags.flatMap((tag) => (tag === null ? [null] : language.tagTexts(String(tag))));
    for (const [place, tag] of tags.entries()) {
      if (tag === null) continue;
      const text = iconText(tag);
      if (text === icon.title || seen.has(text)) continue;
      seen.add(text);
      ++pairs;
      const query = byText.get(text);
      const rank = icon.ranked === false ? 1 : place + 1;
      if (query === undefined) byText.set(text, { text, tagged: [{ icon, rank }] });
      else query.tagged.push({ icon, rank });
    }
  }

  const counts = { pairs, queries: byText.size, meaningless: 0, offensive: 0, aliasesOfVariants: 0 };
  const queries: IconQuery[] = [];
  for (const query of byText.values()) {
    if (!language.asksForSomething(query.text)) ++counts.meaningless;
    else if (language.isOffensive(query.text)) ++counts.offensive;
    else if (query.tagged.every(({ icon }) => icon.base?.isBase === false)) ++counts.aliasesOfVariants;
    else queries.push(query);
  }
  queries.sort((a, b) => (a.text < b.text ? -1 : 1));
  return { queries, counts };
}

/**
 * Groups of queries that must not be split: same stems, same letters without blanks, or, of those that MDI alone has, a
 * base icon in common.
 */
export function groupQueries(queries: readonly IconQuery[], { stems }: IconLanguage): IconQuery[][] {
  const parents = queries.map((_, i) => i);
  const find = (start: number): number => {
    let at = start;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!;
      at = parents[at]!;
    }
    return at;
  };
  const firstOfKey = new Map<string, number>();
  const join = (key: string, query: number) => {
    const first = firstOfKey.get(key);
    if (first === undefined) firstOfKey.set(key, query);
    else parents[find(query)] = find(first);
  };

  for (const [i, { text, tagged }] of queries.entries()) {
    const ofText = [...stems(text)].sort();
    if (ofText.length > 0) join(`stems ${ofText.join(' ')}`, i);
    join(`letters ${text.replaceAll(/[^\p{L}\p{N}]/gu, '')}`, i);
    if (tagged.every(({ icon }) => icon.base !== undefined)) {
      for (const { icon } of tagged) join(`base ${icon.base?.id}`, i);
    }
  }

  const groups = new Map<number, IconQuery[]>();
  for (const [i, query] of queries.entries()) {
    const root = find(i);
    if (!groups.has(root)) groups.set(root, []);
    groups.get(root)!.push(query);
  }
  return [...groups.values()];
}

/** 70 / 15 / 15 by a hash of the group's shortest member, so that a part stays when the catalogue grows. */
export function partOfGroup(group: readonly IconQuery[]): IconPart {
  const shortest = group
    .map(({ text }) => text)
    .reduce((a, b) => (b.length < a.length || (b.length === a.length && b < a) ? b : a));
  const place = createHash('sha256').update(shortest).digest().readUInt32BE(0) % 100;
  if (place < 70) return 'train';
  return place < 85 ? 'dev' : 'test';
}
