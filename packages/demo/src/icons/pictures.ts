import type { IconPicture } from './icon.js';
import { type IconLanguageCode, iconLanguage } from './languages/languages.js';

/**
 * Finds the picture of a document by its id, such as `lucide/trash`; undefined where there is none.
 *
 * @param packagesFolder  as `installIconPackages` gives it
 * @throws {AttuneError} INVALID_ARGUMENT for a language that there is not
 */
export function openIconPictures(
  packagesFolder: string,
  language: IconLanguageCode = 'en',
): (id: string) => IconPicture | undefined {
  const { sources } = iconLanguage(language);
  const opened = new Map<string, (name: string) => IconPicture | undefined>();
  return (id) => {
    const [set, name] = id.split('/');
    const source = sources.find((source) => source.set === set);
    if (source === undefined || name === undefined || !/^[\w-]+$/.test(name)) return undefined;
    let pictureOf = opened.get(source.set);
    if (pictureOf === undefined) {
      pictureOf = source.openPictures(packagesFolder);
      opened.set(source.set, pictureOf);
    }
    return pictureOf(name);
  };
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
