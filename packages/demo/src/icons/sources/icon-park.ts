import { createRequire } from 'node:module';
import { join } from 'node:path';
import { iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';

interface IconParkIcon {
  name: string;
  title: string;
  categoryCN: string;
  tag: string[];
}

/** IconPark by its Chinese titles. Several drawings of one thing are numbered there: `下载1`, `下载2`. The number says nothing of what they show. */
export const iconPark: IconSource = {
  set: 'iconpark',
  packages: [{ name: '@icon-park/svg', version: '1.4.2', licence: 'Apache-2.0' }],
  async icons(packagesFolder) {
    const icons = await readPackageJson<IconParkIcon[]>(packagesFolder, '@icon-park/svg/icons.json');
    return icons.map(({ name, title, categoryCN, tag }) => ({
      id: `iconpark/${name}`,
      title: iconText(title).replace(/(?<=\p{Script=Han})\d$/u, ''),
      category: categoryCN,
      set: 'iconpark',
      tags: tag,
    }));
  },
  openPictures(packagesFolder) {
    // Its drawings are no files but functions, one module each.
    const require = createRequire(join(packagesFolder, 'package.json'));
    return (name) => {
      const module = name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
      try {
        const { default: draw } = require(`@icon-park/svg/lib/icons/${module}.js`) as {
          default: (options: object) => string;
        };
        return { kind: 'svg', svg: withoutChance(draw({ size: 24 }), name) };
      } catch {
        return undefined;
      }
    };
  },
};

/** Clip paths and masks have random names there; the same icon is the same text here. */
const withoutChance = (svg: string, name: string) =>
  svg.replace(/^<\?xml[^>]*\?>/, '').replaceAll(/\bicon-[\da-f]+\b/g, `icon-${name}`);
