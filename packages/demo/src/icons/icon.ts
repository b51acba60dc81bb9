/** One icon or emoji, as it is searched. */
export interface Icon {
  /** Its set and its name there, such as `mdi/account-outline`. */
  id: string;
  /** Its name in words, such as `account outline`. */
  title: string;
  category: string;
  /** Such as `mdi`. */
  set: string;
  /** Of MDI only: the icon that this one is a variant of, by MDI's own id, and whether it is that icon itself. */
  base?: { id: string; isBase: boolean } | undefined;
  /** What its curators call it, as it stands in the package. Numbers and nulls occur. */
  tags: unknown[];
  /** Whether the most usual word comes first. Default true. */
  ranked?: boolean | undefined;
}

/** How a document of the demo looks: the text of an SVG file, or an emoji. */
export type IconPicture = { kind: 'svg'; svg: string } | { kind: 'text'; text: string };

/** A name or a tag in words: lower case, hyphens and underscores as blanks, one blank between words. */
export function iconText(name: unknown): string {
  return String(name)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_\s]+/g, ' ')
    .trim();
}
