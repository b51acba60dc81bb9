import { iconText } from '../icon.js';
import { type IconSource, readPackageJson } from './icon-source.js';
import { svgFiles } from './svg-files.js';

interface TablerIcon {
  category?: string;
  tags?: unknown[];
}

export const tabler: IconSource = {
  set: 'tabler',
  packages: [{ name: '@tabler/icons', version: '3.51.0', licence: 'MIT' }],
  async icons(packagesFolder) {
    const icons = await readPackageJson<Record<string, TablerIcon>>(
      packagesFolder,
      '@tabler/icons/icons.json',
    );
    return Object.entries(icons).map(([name, { category, tags }]) => ({
      ...{ id: `tabler/${name}`, title: iconText(name), category: category ?? '', set: 'tabler' },
      tags: tags ?? [],
    }));
  },
  // Some exist filled only.
  openPictures: (packagesFolder) =>
    svgFiles(packagesFolder, (name) =>
      ['outline', 'filled'].map((style) => `@tabler/icons/icons/${style}/${name}.svg`),
    ),
};
