import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** Of each package, the files of its `dist`, and the sources that went into each by its map. */
const built = readdirSync(packages).map((name) => {
  const dist = join(packages, name, 'dist');
  const maps = readdirSync(dist).filter((file) => file.endsWith('.js.map'));
  const files = maps.map((map) => {
    const { sources } = JSON.parse(readFileSync(join(dist, map), 'utf8')) as { sources: string[] };
    return { path: join(dist, map.slice(0, -'.map'.length)), sources };
  });
  return { name, files };
});

describe('what is built of a package', () => {
  it.each(built)('of $name holds its own sources and no other code but TypeBox', ({ name, files }) => {
    expect(files.length).toBeGreaterThan(0);
    const strange = files
      .flatMap(({ sources }) => sources)
      .filter((source) => !/^\.\.\/src\//.test(source))
      .filter((source) => name !== 'schema' || !/\/node_modules\/typebox\//.test(source));
    expect(strange).toEqual([]);
  });

  it('begins with the licence of TypeBox where its code is in it, which is in one file', () => {
    const held = built
      .flatMap(({ files }) => files)
      .filter(({ sources }) => /typebox\/build/.test(sources.join()));
    expect(held).toHaveLength(1);
    const text = readFileSync(held[0]!.path, 'utf8');
    expect(text).toMatch(/^\/\* TypeBox \d+\.\d+\.\d+\n.{0,400}MIT License/s);
  });
});
