import { iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';
import { svgFiles } from './svg-files.js';

export const lucide: IconSource = {
  set: 'lucide',
  packages: [{ name: 'lucide-static', version: '1.62.0', licence: 'ISC' }],
  async icons(packagesFolder) {
    const icons = await readPackageJson<Record<string, unknown[]>>(packagesFolder, 'lucide-static/tags.json');
    return Object.entries(icons).map(([name, tags]) => ({
      ...{ id: `lucide/${name}`, title: iconText(name), category: '', set: 'lucide' },
      tags,
    }));
  },
  openPictures: (packagesFolder) => svgFiles(packagesFolder, (name) => [`lucide-static/icons/${name}.svg`]),
};
