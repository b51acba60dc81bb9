import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';

export type IconSet = 'mdi' | 'tabler' | 'lucide' | 'emoji';

/** One icon or emoji, as it is searched. */
export interface Icon {
  /** Its set and its name there, such as `mdi/account-outline`. */
  id: string;
  /** Its name in words, such as `account outline`. */
  title: string;
  category: string;
  set: IconSet;
  /** Of MDI only: the icon that this one is a variant of, by MDI's own id, and whether it is that icon itself. */
  base?: { id: string; isBase: boolean } | undefined;
  /** Of emoji only. */
  character?: string | undefined;
  /** What its curators call it, as it stands in the package, the most usual word first. Numbers and nulls occur. */
  tags: unknown[];
}

/**
 * Reads the four sets out of the installed packages. Deprecated MDI icons are left out.
 *
 * @param packagesFolder  as `installIconPackages` gives it
 */
export async function readIconCatalogue(packagesFolder: string): Promise<Icon[]> {
  const [mdi, tabler, lucide, emoji, keywords] = await Promise.all([
    readJson<MdiIcon[]>(packagesFolder, '@mdi/svg/meta.json'),
    // Not among the package's exports, so it is read by its path.
    readJson<Record<string, TablerIcon>>(packagesFolder, '@tabler/icons/icons.json'),
    readJson<Record<string, unknown[]>>(packagesFolder, 'lucide-static/tags.json'),
    readJson<Record<string, Emoji>>(packagesFolder, 'unicode-emoji-json/data-by-emoji.json'),
    readJson<Record<string, unknown[]>>(packagesFolder, 'emojilib/dist/emoji-en-US.json'),
  ]);
  return [
    ...mdi.filter(({ deprecated }) => !deprecated).map(iconOfMdi),
    ...Object.entries(tabler).map(([name, { category, tags }]) => ({
      ...{ id: `tabler/${name}`, title: iconText(name), category: category ?? '', set: 'tabler' as const },
      tags: tags ?? [],
    })),
    ...Object.entries(lucide).map(([name, tags]) => ({
      ...{ id: `lucide/${name}`, title: iconText(name), category: '', set: 'lucide' as const },
      tags,
    })),
    ...Object.entries(emoji).map(([character, { name, slug, group }]) => ({
      ...{ id: `emoji/${slug}`, title: iconText(name), category: group, set: 'emoji' as const, character },
      tags: keywords[character] ?? [],
    })),
  ];
}

interface MdiIcon {
  id: string;
  baseIconId: string;
  name: string;
  aliases: unknown[];
  tags: string[];
  deprecated: boolean;
}

interface TablerIcon {
  category?: string;
  tags?: unknown[];
}

interface Emoji {
  name: string;
  slug: string;
  group: string;
}

function iconOfMdi({ id, baseIconId, name, aliases, tags }: MdiIcon): Icon {
  return {
    ...{ id: `mdi/${name}`, title: iconText(name), category: tags.join('; '), set: 'mdi' },
    ...{ base: { id: baseIconId, isBase: id === baseIconId }, tags: aliases },
  };
}

/** A name or a tag in words: lower case, hyphens and underscores as blanks, one blank between words. */
export function iconText(name: unknown): string {
  return String(name)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_\s]+/g, ' ')
    .trim();
}

async function readJson<T>(packagesFolder: string, file: string): Promise<T> {
  const path = join(packagesFolder, file);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    throw new AttuneError(
      'FILE_UNREADABLE',
      `Expected the icon packages in ${packagesFolder}, but ${path} could not be read: ${(error as Error).message}. ` +
        'Delete that folder and run the demo again, so that they are installed anew.',
      { cause: error },
    );
  }
}
