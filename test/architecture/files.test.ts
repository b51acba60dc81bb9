import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folderOf, importedAs } from './import-rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const readJson = (file: string) => JSON.parse(read(file));
/** Those that are TypeScript: the front door is one of them. */
const packages = [...readdirSync(join(root, 'packages')), 'attune'].sort();

/** What git tracks or would track, as paths from the root. */
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

const isSource = (file: string) =>
  /^(packages\/[^/]+|npm\/attune)\/src\/.*\.ts$/.test(file) || /^native\/.*\.(h|cpp)$/.test(file);

/** Files that may be longer than the limit, each with its reason. */
const longFiles: Record<string, string> = {
  'packages/client/src/api.ts': 'made from the OpenAPI document by scripts/openapi.mjs',
};
const mostLines = 450;

describe('the files of the project', () => {
  it(`hold one idea each: no source of more than ${mostLines} lines`, () => {
    const long = files
      .filter((file) => isSource(file) && longFiles[file] === undefined)
      .map((file) => ({ file, lines: read(file).split('\n').length }))
      .filter(({ lines }) => lines > mostLines);
    expect(long).toEqual([]);
  });

  it('have a name that says what they are: nothing is called utils, helpers or common', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc)(\.[^/]*)?(\/|$)/;
    expect(files.filter((file) => !file.startsWith('third_party/') && vague.test(file))).toEqual([]);
  });

  it('name no place of one machine, and no host of a package registry', () => {
    // Written in pieces, so that this file is not its own finding.
    const homes = ['home', 'Users', 'root', 'work', 'mnt'].join('|');
    const place = new RegExp(`(^|[\\s'"\`=(])/(${homes})/[\\w.-]`, 'm');
    const registry = new RegExp(['registry\\.npmjs', 'files\\.pythonhosted', 'pypi\\.org/simple'].join('|'));
    const text = /\.(ts|mjs|json|jsonl|yaml|md|py|h|cpp|txt|cmake)$|(^|\/)(run|LICENSE|\.[\w-]+)$/;
    const wrong = files.filter((file) => {
      if (!text.test(file) || /^(third_party|test\/golden)\//.test(file)) return false;
      const content = read(file);
      return place.test(content) || registry.test(content);
    });
    expect(wrong).toEqual([]);
  });

  it('are sources: nothing that is built or installed is tracked', () => {
    const built = /(^|\/)(node_modules|dist|build|__pycache__)\/|\.(node|tgz|tsbuildinfo|o|so)$/;
    expect(files.filter((file) => built.test(file))).toEqual([]);
  });
});

describe('the packages of the project', () => {
  const projects = readJson('tsconfig.json').references.map(({ path }: { path: string }) => path);
  const { version, license, engines } = readJson('package.json');

  for (const name of packages) {
    it(`${name} is laid out, described and published as the others`, () => {
      const manifest = readJson(`${folderOf(name)}/package.json`);
      expect(manifest).toMatchObject({
        name: importedAs(name),
        version,
        license,
        engines,
        type: 'module',
        exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      });
      expect(manifest.description).toMatch(/\w{3}/);
      expect(manifest.files).toEqual(expect.arrayContaining(['dist', 'README.md']));
      expect(manifest).not.toHaveProperty('scripts'); // nothing runs when it is installed
      expect(projects).toContain(folderOf(name));
      expect(read(`${folderOf(name)}/README.md`)).toMatch(new RegExp(`^# ${importedAs(name)}\n`));
      expect(existsSync(join(root, folderOf(name), 'src/index.ts'))).toBe(true);
    });

    it(`${name} takes every version from the one catalog`, () => {
      const manifest = readJson(`${folderOf(name)}/package.json`);
      const versions = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
      const wrong = versions.filter(
        ([dependency, wanted]) => wanted !== (dependency.startsWith('@attune/') ? 'workspace:*' : 'catalog:'),
      );
      expect(wrong).toEqual([]);
    });

    it(`${name} is built after what it imports`, () => {
      const manifest = readJson(`${folderOf(name)}/package.json`);
      const ours = packages
        .filter((other) => manifest.dependencies?.[`@attune/${other}`] !== undefined)
        .map(folderOf);
      const { references = [] }: { references?: { path: string }[] } = readJson(
        `${folderOf(name)}/tsconfig.json`,
      );
      expect(references.map(({ path }) => join(folderOf(name), path)).sort()).toEqual(ours.sort());
    });
  }
});

describe('the packages of data and of addons', () => {
  const { version, license, engines } = readJson('package.json');
  const published = readdirSync(join(root, 'npm'))
    .filter((name) => !packages.includes(name))
    .sort();
  const bases = published.filter((name) => name.startsWith('base-'));

  it.each(published)('%s is described and published as the others', (folder) => {
    const manifest = readJson(`npm/${folder}/package.json`);
    expect(manifest).toMatchObject({ version, license, engines });
    expect(manifest.description).toMatch(/\w{3}/);
    expect(manifest.files).toContain('README.md');
    expect(manifest).not.toHaveProperty('scripts'); // nothing runs when it is installed
    expect(read(`npm/${folder}/README.md`)).toMatch(new RegExp(`^# ${manifest.name}\n`));
  });

  it.each(bases)('%s holds one bundle with its card, and encode brings it', (folder) => {
    const manifest = readJson(`npm/${folder}/package.json`);
    const bundle = `attune-${folder}`;
    expect(manifest.name).toBe(`@attune/${folder}`);
    expect(manifest.files.sort()).toEqual(['README.md', bundle]);
    expect(manifest.exports).toEqual({ './package.json': './package.json' });
    expect(manifest).not.toHaveProperty('dependencies');
    for (const file of ['modules.json', 'attune.json'])
      expect(existsSync(join(root, 'npm', folder, bundle, file)), file).toBe(true);
    expect(read(`npm/${folder}/${bundle}/README.md`)).toContain(`# ${bundle}\n`);
    expect(readJson('packages/encode/package.json').dependencies).toHaveProperty(
      manifest.name,
      'workspace:*',
    );
    expect(read('packages/encode/src/bundle/shipped-bundles.ts')).toContain(
      `['${bundle}', '${manifest.name}']`,
    );
  });
});

describe('the page of a package on a registry', () => {
  const [own = '', ...others] = ['packages', 'npm'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  const home = readJson(`${own}/package.json`).repository.url.replace(/^git\+|\.git$/g, '');

  it.each([own, ...others])('of %s says what it is found by and where its source is', (directory) => {
    const { keywords, homepage, repository } = readJson(`${directory}/package.json`);
    expect(keywords[0]).toBe('attune');
    expect(keywords.length).toBeGreaterThan(1);
    expect(keywords).toEqual([...new Set(keywords)]);
    for (const word of keywords) expect(word).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(repository).toEqual({ type: 'git', url: `git+${home}.git`, directory });
    expect(homepage).toBe(`${home}/tree/main/${directory}#readme`);
  });
});

describe('the list of error codes', () => {
  const list = read('packages/errors/src/attune-error.ts');
  const codes = [...list.matchAll(/\| '([A-Z_]+)'/g)].map((match) => match[1]!);

  it('holds no code that nothing throws', () => {
    const sources = files.filter((file) => isSource(file) && !file.startsWith('packages/errors/')).map(read);
    const unused = codes.filter(
      (code) => !sources.some((text) => text.includes(`'${code}'`) || text.includes(`"${code}"`)),
    );
    expect(codes.length).toBeGreaterThan(10);
    expect(unused).toEqual([]);
  });

  it('holds no code twice', () => {
    expect(codes).toEqual([...new Set(codes)]);
  });
});

describe('docs/architecture.md', () => {
  const page = read('docs/architecture.md');
  const rowsBelow = (heading: string) => {
    const [, section = ''] = page.split(`\n## ${heading}\n`);
    const [table = ''] = section.split('\n## ');
    return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]!);
  };

  it('lists every package and every folder of the core, and no others', () => {
    expect(rowsBelow('The packages').sort()).toEqual(packages);
    const layers = readdirSync(join(root, 'native'), { withFileTypes: true });
    const folders = layers.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(rowsBelow('The core').sort()).toEqual(folders.sort());
  });

  it('names places that are there', () => {
    const places = [...page.matchAll(/`((?:packages|native|test|npm)\/[\w./-]+)`/g)].map(
      (match) => match[1]!,
    );
    const planned = ['packages/image/', 'native/image/'];
    const missing = places.filter((place) => !planned.includes(place) && !existsSync(join(root, place)));
    expect(places.length).toBeGreaterThan(12);
    expect(missing).toEqual([]);
  });
});
