import { spawn } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';

/** What the demo's icons are made of. All of it is freely licensed; none of it is a dependency of Attune. */
export const iconPackages = [
  { name: '@mdi/svg', version: '7.4.47', licence: 'Apache-2.0' },
  { name: '@tabler/icons', version: '3.51.0', licence: 'MIT' },
  { name: 'lucide-static', version: '1.62.0', licence: 'ISC' },
  { name: 'unicode-emoji-json', version: '0.9.0', licence: 'MIT' },
  { name: 'emojilib', version: '4.0.3', licence: 'MIT' },
] as const;

/** ATTUNE_CACHE/demo-icons, or ~/.cache/attune/demo-icons. */
export function defaultIconFolder(): string {
  return join(process.env['ATTUNE_CACHE'] ?? join(homedir(), '.cache', 'attune'), 'demo-icons');
}

export interface InstalledIconPackages {
  /** Where the packages lie: `folder`/node_modules. */
  packagesFolder: string;
  /** False when they were there already. */
  installed: boolean;
}

/**
 * Puts the icon packages into a folder of their own, by npm, unless they are there in exactly these versions.
 *
 * @throws {AttuneError} UNAVAILABLE when npm fails, with the last that it said; FILE_UNWRITABLE
 */
export async function installIconPackages(folder = defaultIconFolder()): Promise<InstalledIconPackages> {
  const packagesFolder = join(folder, 'node_modules');
  const missing = await missingPackages(packagesFolder);
  if (missing.length === 0) return { packagesFolder, installed: false };

  const wanted = iconPackages.map(({ name, version }) => `${name}@${version}`);
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new AttuneError(
      'FILE_UNWRITABLE',
      `Expected to make ${folder} for the icon packages, but: ${error.message}. Set ATTUNE_CACHE to a folder that can be written.`,
      { cause: error },
    );
  });
  const { code, said } = await runNpm(['install', '--prefix', folder, ...flags, ...wanted]);
  const stillMissing = await missingPackages(packagesFolder);
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

async function missingPackages(packagesFolder: string): Promise<string[]> {
  const missing: string[] = [];
  for (const { name, version } of iconPackages) {
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
