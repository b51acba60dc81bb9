import { type Icon, iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';
import { svgFiles } from './svg-files.js';

interface MdiIcon {
  id: string;
  baseIconId: string;
  name: string;
  aliases: unknown[];
  tags: string[];
  deprecated: boolean;
}

/** Material Design Icons, without the deprecated ones. */
export const mdi: IconSource = {
  set: 'mdi',
  packages: [{ name: '@mdi/svg', version: '7.4.47', licence: 'Apache-2.0' }],
  async icons(packagesFolder) {
    const icons = await readPackageJson<MdiIcon[]>(packagesFolder, '@mdi/svg/meta.json');
    return icons.filter(({ deprecated }) => !deprecated).map(iconOf);
  },
  openPictures: (packagesFolder) => svgFiles(packagesFolder, (name) => [`@mdi/svg/svg/${name}.svg`]),
};

function iconOf({ id, baseIconId, name, aliases, tags }: MdiIcon): Icon {
  return {
    ...{ id: `mdi/${name}`, title: iconText(name), category: tags.join('; '), set: 'mdi' },
    ...{ base: { id: baseIconId, isBase: id === baseIconId }, tags: aliases },
  };
}
