/**
 * node test/golden/data-folder/make.mjs: a small data folder as the commit at hand writes it, packed, and what it answers, both named by that
 * commit. It runs once whenever the format of anything in a data folder has changed: what earlier commits wrote stays and is read as before.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Service } from '@attune/service';
import { makeFlipFolder } from '../../end-to-end/harness/flip-folder.mjs';
import { answersOf } from './answers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'attune-golden-'));
const data = await makeFlipFolder(folder);
const packed = join(here, `${commit}.tar.gz`);
const owner = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner'];
execFileSync('tar', ['-czf', packed, ...owner, '--exclude=lock', '-C', data, '.']);
const service = await Service.open(data);
await service.whenReady('shop');
writeFileSync(join(here, `${commit}.json`), `${JSON.stringify(await answersOf(service), null, 1)}\n`);
await service.close();
rmSync(folder, { recursive: true });
