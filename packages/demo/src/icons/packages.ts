import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { type IconLanguageCode, iconLanguage } from './languages/languages.js';
import type { IconPackage } from './sources/icon-source.js';

/** ATTUNE_CACHE/demo-icons, or ~/.cache/attune/demo-icons; `demo-icons-zh` for Chinese, because npm removes from a folder what it is not told of. */
export function defaultIconFolder(language: IconLanguageCode = 'en'): string {
  const cache = process.env['ATTUNE_CACHE'] ?? join(homedir(), '.cache', 'attune');
  return join(cache, language === 'en' ? 'demo-icons' : `demo-icons-${language}`);
}

/** What the demo's icons of a language are made of. All of it is freely licensed; none of it is a dependency of Attune. */
export function iconPackages(language: IconLanguageCode): IconPackage[] {
  return iconLanguage(language).sources.flatMap(({ packages }) => packages);
}

export interface InstalledIconPackages {
  /** Where the packages lie: `folder`/node_modules. */
  packagesFolder: string;
  /** False when they were there already. */
  installed: boolean;
}

export interface InstallIconPackagesOptions {
  /** Default `en`. */
  language?: IconLanguageCode | undefined;
  /** Default `defaultIconFolder(language)`. */
  folder?: string | undefined;
}

/**
 * Puts the icon packages of a language into a folder of their own, by npm, unless they are there in exactly these versions.
 *
 * @throws {AttuneError} INVALID_ARGUMENT for a language that there is not; UNAVAILABLE when npm fails, with the last that it said; FILE_UNWRITABLE
 */
export async function installIconPackages({
  language = 'en',
  folder = defaultIconFolder(language),
}: InstallIconPackagesOptions = {}): Promise<InstalledIconPackages> {
  const packages = iconPackages(language);
  const packagesFolder = join(folder, 'node_modules');
  const missing = await missingPackages(packages, packagesFolder);
  if (missing.length === 0) return { packagesFolder, installed: false };

  const wanted = packages.map(({ name, version }) => `${name}@${version}`);
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new AttuneError(
      'FILE_UNWRITABLE',
      `Expected to make ${folder} for the icon packages, but: ${error.message}. Set ATTUNE_CACHE to a folder that can be written.`,
      { cause: error },
    );
  });
  const { code, said } = await runNpm(['install', '--prefix', folder, ...flags, ...wanted]);
  const stillMissing = await missingPackages(packages, packagesFolder);
  if (code !== 0 || stillMissing.length > 0) {
    throw new AttuneError(
      'UNAVAILABLE',
      `The icon packages (${wanted.join(', ')}) could not be installed into ${folder}: npm ended with "${code}"` +
        `${stillMissing.length > 0 ? `, ${stillMissing.join(', ')} missing` : ''}.\n${said.trim()}\n` +
        'Check that npm reaches its registry, and that the folder can be written (ATTUNE_CACHE names another).',
    );
  }
  return { packagesFolder, installed: true };
}

async function missingPackages(packages: readonly IconPackage[], packagesFolder: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { name, version } of packages) {
    const found = await readFile(join(packagesFolder, name, 'package.json'), 'utf8').catch(() => '{}');
    if ((JSON.parse(found) as { version?: string }).version !== version) missing.push(`${name}@${version}`);
  }
  return missing;
}

function runNpm(arguments_: readonly string[]): Promise<{ code: number | string; said: string }> {
  return new Promise((resolve) => {
    const npm = spawn('npm', arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    };
    npm.stdout.on('data', keep);
    npm.stderr.on('data', keep);
    npm.on('error', (error) => resolve({ code: error.message, said }));
    npm.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'no code', said }));
  });
}
