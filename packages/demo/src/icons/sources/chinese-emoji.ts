import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';

interface Emoji {
  label: string;
  hexcode: string;
  emoji: string;
  /** Undefined of the letters that flags are made of, which are no emoji by themselves. */
  group?: number;
  tags?: string[];
}

const file = 'emojibase-data/zh/data.json';
const flags = 9;

/**
 * Emoji by their Chinese names. Among the tags of a flag is its region's code (`CN`, `gbwls`), which is no word, and is left out. The tags stand in
 * the order of their characters' codes, so no place means more than another.
 */
export const chineseEmoji: IconSource = {
  set: 'emoji',
  packages: [{ name: 'emojibase-data', version: '17.0.0', licence: 'MIT' }],
  async icons(packagesFolder) {
    const emoji = await readPackageJson<Emoji[]>(packagesFolder, file);
    const { groups } = await readPackageJson<{ groups: { order: number; message: string }[] }>(
      packagesFolder,
      'emojibase-data/zh/messages.json',
    );
    const nameOf = new Map(groups.map(({ order, message }) => [order, message]));
    return emoji.flatMap(({ label, hexcode, group, tags }) =>
      group === undefined
        ? []
        : {
            ...{ id: `emoji/${hexcode.toLowerCase()}`, title: iconText(label), set: 'emoji' },
            ...{ category: nameOf.get(group) ?? '', ranked: false },
            tags: (tags ?? []).filter((tag) => group !== flags || !/^[a-z]+$/i.test(tag)),
          },
    );
  },
  openPictures(packagesFolder) {
    const emoji = JSON.parse(readFileSync(join(packagesFolder, file), 'utf8')) as Emoji[];
    const byCode = new Map(emoji.map(({ hexcode, emoji }) => [hexcode.toLowerCase(), emoji]));
    return (name) => {
      const text = byCode.get(name);
      return text === undefined ? undefined : { kind: 'text', text };
    };
  },
};
