import { execFileSync } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../tiny-models.js';

const encode = fileURLToPath(new URL('../../../../packages/encode', import.meta.url));
const program = `import { findBundle } from '@attune/encode';
console.log(await findBundle('attune-base-en').catch((error) => error.message));`;

/** What looking for the base gives where encode is installed with these packages, as a user has them. */
async function lookUp(dependencies: readonly string[]): Promise<string> {
  const project = await temporaryFolder();
  const installed = join(project, 'node_modules/@attune/encode');
  await cp(join(encode, 'dist'), join(installed, 'dist'), { recursive: true });
  await cp(join(encode, 'package.json'), join(installed, 'package.json'));
  for (const name of dependencies) {
    const place = join(installed, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(encode, 'node_modules', name), place);
  }
  await writeFile(join(project, 'program.mjs'), program);
  const env = { ...process.env, XDG_CACHE_HOME: project, HF_HOME: project, NODE_PATH: '' };
  return execFileSync(process.execPath, [join(project, 'program.mjs')], { encoding: 'utf8', env });
}

describe('a shipped bundle', () => {
  const others = ['@attune/binding', '@attune/errors', '@attune/files', '@attune/text', 'tokenizers'];

  it('is found in its data package', async () => {
    expect(await lookUp([...others, '@attune/base-en'])).toMatch(/base-en.attune-base-en\n$/);
  });

  it('is named with the package that is missing, where that is not installed', async () => {
    expect(await lookUp(others)).toContain('attune-base-en (its package @attune/base-en is not installed)');
  });
});
