import type { Icon } from './icon.js';
import type { IconLanguage } from './languages/icon-language.js';
import type { IconQuery } from './queries.js';

/** One query asked of one set's icons alone. */
export interface JudgedInstance {
  set: string;
  /** Sorted by id. */
  relevant: Icon[];
}

/**
 * Says which icons are right answers. A tag that one set gives is missing in another one more often than it is wrong there,
 * so a query is asked only of sets that carry it; and right are, within that set: the tagged icons, the icon titled as the
 * query, icons titled as one that another set tagged, and outline or filled variants of all tagged ones.
 */
export class IconJudge {
  readonly #language: IconLanguage;
  readonly #byTitle = new Map<string, Icon[]>();
  readonly #byFamily = new Map<string, Icon[]>();

  constructor(icons: readonly Icon[], language: IconLanguage) {
    this.#language = language;
    for (const icon of icons) {
      append(this.#byTitle, `${icon.set} ${icon.title}`, icon);
      append(this.#byFamily, this.#familyOf(icon), icon);
    }
  }

  instances({ text, tagged }: IconQuery): JudgedInstance[] {
    const sets = [...new Set(tagged.map(({ icon }) => icon.set))].sort();
    return sets.map((set) => {
      const relevant = new Set<Icon>(this.#byTitle.get(`${set} ${text}`));
      for (const { icon } of tagged) {
        const others =
          icon.set === set
            ? this.#byFamily.get(this.#familyOf(icon))
            : this.#byTitle.get(`${set} ${icon.title}`);
        for (const other of others ?? []) relevant.add(other);
      }
      return { set, relevant: [...relevant].sort((a, b) => (a.id < b.id ? -1 : 1)) };
    });
  }

  /** An icon and its variants: the same set and the same title but for words that tell variants apart. */
  #familyOf({ set, title }: Icon): string {
    return `${set} ${this.#language.familyTitle(title)}`;
  }
}

function append(map: Map<string, Icon[]>, key: string, icon: Icon): void {
  const icons = map.get(key);
  if (icons === undefined) map.set(key, [icon]);
  else icons.push(icon);
}
