import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a document of the demo looks: the text of an SVG file, or an emoji. */
export type IconPicture = { kind: 'svg'; svg: string } | { kind: 'text'; text: string };

/**
 * Finds the picture of a document by its id, such as `lucide/trash`; undefined where there is none.
 *
 * @param packagesFolder  as `installIconPackages` gives it
 */
export function openIconPictures(packagesFolder: string): (id: string) => IconPicture | undefined {
  let emoji: Map<string, string> | undefined;
  const emojiBySlug = () => {
    emoji ??= new Map(
      Object.entries(
        JSON.parse(
          readFileSync(join(packagesFolder, 'unicode-emoji-json/data-by-emoji.json'), 'utf8'),
        ) as Record<string, { slug: string }>,
      ).map(([character, { slug }]) => [slug, character]),
    );
    return emoji;
  };

  return (id) => {
    const [set, name] = id.split('/');
    if (set === undefined || name === undefined || !/^[\w-]+$/.test(name)) return undefined;
    if (set === 'emoji') {
      const text = emojiBySlug().get(name);
      return text === undefined ? undefined : { kind: 'text', text };
    }
    const path = filesOf(set, name)
      .map((file) => join(packagesFolder, file))
      .find(existsSync);
    return path === undefined ? undefined : { kind: 'svg', svg: readFileSync(path, 'utf8').trim() };
  };
}

function filesOf(set: string, name: string): string[] {
  if (set === 'mdi') return [`@mdi/svg/svg/${name}.svg`];
  if (set === 'lucide') return [`lucide-static/icons/${name}.svg`];
  // Some icons of Tabler exist filled only.
  if (set === 'tabler')
    return ['outline', 'filled'].map((style) => `@tabler/icons/icons/${style}/${name}.svg`);
  return [];
}

/** The picture as SVG; an emoji is drawn by the reader's own font. */
export function pictureSvg(picture: IconPicture): string {
  if (picture.kind === 'svg') return picture.svg;
  const text = picture.text.replace(/[<&]/g, '');
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">' +
    `<text x="12" y="19" font-size="19" text-anchor="middle">${text}</text></svg>`
  );
}
