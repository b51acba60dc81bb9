import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';

interface Emoji {
  name: string;
  slug: string;
  group: string;
}

const file = 'unicode-emoji-json/data-by-emoji.json';

/** Emoji by their English names; their keywords are of another package. */
export const englishEmoji: IconSource = {
  set: 'emoji',
  packages: [
    { name: 'unicode-emoji-json', version: '0.9.0', licence: 'MIT' },
    { name: 'emojilib', version: '4.0.3', licence: 'MIT' },
  ],
  async icons(packagesFolder) {
    const emoji = await readPackageJson<Record<string, Emoji>>(packagesFolder, file);
    const keywords = await readPackageJson<Record<string, unknown[]>>(
      packagesFolder,
      'emojilib/dist/emoji-en-US.json',
    );
    return Object.entries(emoji).map(([character, { name, slug, group }]) => ({
      ...{ id: `emoji/${slug}`, title: iconText(name), category: group, set: 'emoji' },
      tags: keywords[character] ?? [],
    }));
  },
  openPictures(packagesFolder) {
    const emoji = JSON.parse(readFileSync(join(packagesFolder, file), 'utf8')) as Record<string, Emoji>;
    const bySlug = new Map(Object.entries(emoji).map(([character, { slug }]) => [slug, character]));
    return (name) => {
      const text = bySlug.get(name);
      return text === undefined ? undefined : { kind: 'text', text };
    };
  },
};
