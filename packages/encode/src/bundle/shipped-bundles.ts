import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The bundles that are installed with Attune, by name. Each lies in a data package, in a folder of the bundle's name. */
const dataPackages = new Map([
  ['attune-base-en', '@attune/base-en'],
  ['attune-base-zh', '@attune/base-zh'],
]);

/** The folder of a shipped bundle; undefined for another name, and where its data package is not installed. */
export function shippedBundle(name: string): string | undefined {
  const dataPackage = dataPackages.get(name);
  if (dataPackage === undefined) return undefined;
  try {
    return join(dirname(require.resolve(`${dataPackage}/package.json`)), name);
  } catch {
    return undefined;
  }
}

/** The names of the shipped bundles, for messages. */
export function shippedNames(): string[] {
  return [...dataPackages].map(([name, dataPackage]) =>
    shippedBundle(name) ? name : `${name} (its package ${dataPackage} is not installed)`,
  );
}
