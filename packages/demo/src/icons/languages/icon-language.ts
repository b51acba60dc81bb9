import type { IconSource } from '../sources/icon-source.js';

/** What differs from one language to the next: where the icons come from, and how its words are told apart. */
export interface IconLanguage {
  /** In the order of the catalogue. */
  sources: readonly IconSource[];
  /** What the demo searches for, to show. */
  samples: readonly string[];
  /** Tags that hold several words, taken apart. */
  tagTexts(tag: string): string[];
  /** False of symbols, stop words and other queries that nobody would ask for an icon by. */
  asksForSomething(text: string): boolean;
  isOffensive(text: string): boolean;
  /** Without those that only tell variants apart, unless there are no others. Queries of equal stems are twins. */
  stems(text: string): Set<string>;
  /** Of these a test query shares none with any training query, if it is a novel one. */
  noveltyTerms(text: string): Set<string>;
  /** The title without words that only tell variants apart: icons of one set with the same are one family. */
  familyTitle(title: string): string;
}
