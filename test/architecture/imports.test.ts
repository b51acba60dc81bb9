import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { circleIn } from './circles.js';
import { folderOf, importedAs, nativeIncludes, packageImports } from './import-rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

function filesBelow(folder: string, endings: string[]): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => join(folder, name));
}

/** The modules a TypeScript file names, in imports, exports and dynamic imports, as the compiler's own scanner sees them. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
  return importedFiles.map(({ fileName }) => fileName);
}

const includesOf = (file: string) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^#include\s+(["<])([^">]+)[">]/gm)].map((match) => ({
    system: match[1] === '<',
    path: match[2]!,
  }));

/** `typebox` of `typebox/compile`. */
const packageOf = (imported: string): string =>
  imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');

describe('the imports of packages', () => {
  it('knows every package', () => {
    expect([...readdirSync(join(root, 'packages')), 'attune'].sort()).toEqual(
      Object.keys(packageImports).sort(),
    );
  });

  for (const [name, allowed] of Object.entries(packageImports)) {
    it(`${name} imports ${allowed.length ? allowed.join(', ') : 'nothing of ours'}`, () => {
      const manifest = JSON.parse(readFileSync(join(root, folderOf(name), 'package.json'), 'utf8'));
      const declared = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
      const wrong: string[] = [];
      for (const file of filesBelow(`${folderOf(name)}/src`, ['.ts'])) {
        for (const imported of importsOf(file)) {
          if (imported.startsWith('.')) {
            const target = relative(join(root, folderOf(name), 'src'), join(root, dirname(file), imported));
            if (target.startsWith('..')) wrong.push(`${file} leaves its package: ${imported}`);
          } else if (imported === 'attune') {
            wrong.push(`${file} imports the front door`);
          } else if (imported.startsWith('@attune/')) {
            const other = packageOf(imported).slice('@attune/'.length);
            if (!allowed.includes(other)) wrong.push(`${file} imports ${imported}`);
            if (!declared.includes(packageOf(imported)))
              wrong.push(`${file} imports ${imported}, which package.json lacks`);
          } else if (!imported.startsWith('node:') && !declared.includes(packageOf(imported))) {
            wrong.push(`${file} imports ${imported}, which package.json lacks`);
          }
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  for (const name of Object.keys(packageImports)) {
    it(`${name} has no circle between its files`, () => {
      const files = filesBelow(`${folderOf(name)}/src`, ['.ts']);
      const graph = new Map(
        files.map((file) => {
          const own = importsOf(file).filter((imported) => imported.startsWith('.'));
          return [file, own.map((imported) => join(dirname(file), imported).replace(/\.js$/, '.ts'))];
        }),
      );
      expect(files.filter((file) => graph.get(file)!.some((target) => !graph.has(target)))).toEqual([]);
      expect(circleIn(graph).join(' imports ')).toBe('');
    });
  }

  it('counts what is imported as a type alone, which makes a circle too', () => {
    expect(importsOf('packages/evaluate/src/changes.ts')).toContain('./types.js');
    expect(
      circleIn(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['d']],
          ['c', ['d', 'a']],
        ]),
      ),
    ).toEqual(['a', 'c', 'a']);
    expect(circleIn(new Map([['a', ['a']]]))).toEqual(['a', 'a']);
    expect(
      circleIn(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
        ]),
      ),
    ).toEqual([]);
  });

  it.each(['scripts', 'benchmarks'])(
    '%s know packages by their names alone, as other programs do',
    (folder) => {
      const known = new Set(Object.keys(packageImports).map(importedAs));
      const files = filesBelow(folder, ['.ts', '.mjs']);
      expect(files.length).toBeGreaterThan(5);
      const wrong = files.flatMap((file) =>
        importsOf(file)
          .filter((imported) =>
            imported.startsWith('.')
              ? !join(dirname(file), imported).startsWith(`${folder}/`)
              : imported.startsWith('@attune/') && !known.has(imported),
          )
          .map((imported) => `${file} imports ${imported}`),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('keeps fusion, modifiers and the merging of lists within search, so that all answers are made alike', async () => {
    const open = new Set<unknown>(Object.values(await import('@attune/search')));
    expect(open.size).toBeGreaterThan(5);
    for (const file of filesBelow('packages/search/src/ranking', ['.ts'])) {
      const inside = Object.entries(await import(join(root, file)));
      const told = inside.filter(([, value]) => open.has(value)).map(([name]) => `${file}: ${name}`);
      expect(told).toEqual([]);
    }
  });

  it('opens a .node file in binding alone', () => {
    const sources = Object.keys(packageImports).flatMap((name) =>
      filesBelow(`${folderOf(name)}/src`, ['.ts']),
    );
    const openers = sources.filter((file) => /\.node['"`]/.test(readFileSync(join(root, file), 'utf8')));
    expect(openers).toEqual(['packages/binding/src/load.ts']);
  });
});

describe('the includes of the core', () => {
  const files = filesBelow('native', ['.h', '.cpp']);
  const layerOf = (path: string) => path.split('/')[0]!;

  it('knows every layer', () => {
    const layers = new Set(files.map((file) => layerOf(file.slice('native/'.length))));
    expect([...layers].sort()).toEqual(Object.keys(nativeIncludes).sort());
  });

  for (const [layer, allowed] of Object.entries(nativeIncludes)) {
    it(`${layer} includes ${allowed.length ? allowed.join(', ') : 'nothing above itself'}`, () => {
      const wrong: string[] = [];
      for (const file of files.filter((name) => layerOf(name.slice('native/'.length)) === layer)) {
        for (const { system, path } of includesOf(file)) {
          if (system || !path.includes('/')) continue;
          const other = path.startsWith('attune/') ? 'include' : layerOf(path);
          if (other !== layer && !allowed.includes(other)) wrong.push(`${file} includes ${path}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  }

  it('has intrinsics in kernel files alone, which include nothing but them and headers of their folder and of tiles', () => {
    const named =
      /^native\/kernels\/(\w+\/(avx2|avx512|avx512_\w+|amx|neon)\.cpp|gemm_tiles\/amx_registers\.h)$/;
    const tiles = /^kernels\/gemm_tiles\/\w+\.h$/;
    for (const file of files) {
      const includes = includesOf(file);
      const compiled = includes.some(({ path }) => /immintrin|arm_neon|amx_registers/.test(path));
      if (!compiled) continue;
      expect(file).toMatch(named);
      const others = includes.map(({ path }) => path).filter((path) => !/immintrin|arm_neon/.test(path));
      expect(others.length, `${file} includes its own header`).toBeGreaterThan(0);
      const wrong = others.filter((path) => !tiles.test(path) && !/^\w+\.h$/.test(path));
      expect({ file, wrong }).toEqual({ file, wrong: [] });
    }
  });

  it('has Node-API in binding alone, and no CUDA', () => {
    for (const file of files) {
      for (const { path } of includesOf(file)) {
        if (/napi|node_api/.test(path)) expect(file).toMatch(/^native\/binding\//);
        expect(path).not.toMatch(/cuda/);
      }
    }
  });

  it('throws only codes that packages/errors lists', () => {
    const list = readFileSync(join(root, 'packages/errors/src/attune-error.ts'), 'utf8');
    const known = new Set([...list.matchAll(/\| '([A-Z_]+)'/g)].map((match) => match[1]));
    for (const file of files) {
      for (const [, code] of readFileSync(join(root, file), 'utf8').matchAll(/Error\(\s*"([A-Z_]+)"/g)) {
        expect(known, `${file} throws ${code}`).toContain(code);
      }
    }
  });
});
