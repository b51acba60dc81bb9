import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { curlOf } from '../../../packages/console/src/page/curl.js';

const folder = mkdtempSync(join(tmpdir(), 'attune-curl-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Stands for curl: prints what the shell gives it.
writeFileSync(join(folder, 'curl'), '#!/bin/sh\nfor each in "$@"; do printf "%s\\0" "$each"; done\n');
chmodSync(join(folder, 'curl'), 0o755);

/** The arguments that a shell makes of the command. */
const argumentsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', command], {
    env: { PATH: `${folder}:${process.env['PATH']}`, ATTUNE_KEY: 'attune_x_y' },
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

it('is a command that a shell reads as it was meant, whatever the query holds', () => {
  for (const text of ['desk lamp', `it's`, `'; rm -rf "$HOME" #`, '台灯 `ls` \\ "x"\n!']) {
    const request = { text, mode: 'lexical' as const, limit: 10 };
    const command = curlOf({ server: 'http://127.0.0.1:7400/', collection: 'shop', request, withKey: false });
    const [url, flag, header, data, body, ...rest] = argumentsOf(command);
    expect([url, flag, header, data]).toEqual([
      'http://127.0.0.1:7400/v1/collections/shop/search',
      '-H',
      'content-type: application/json',
      '-d',
    ]);
    expect(JSON.parse(body!)).toEqual(request);
    expect(rest).toEqual([]);
  }
});

it('names the variable of a key, and never holds the key', () => {
  const request = { text: 'lamp' };
  const command = curlOf({
    server: 'https://shop.example/search',
    collection: 'shop',
    request,
    withKey: true,
  });
  expect(command).toContain('$ATTUNE_KEY');
  expect(argumentsOf(command)).toContain('authorization: Bearer attune_x_y');
  expect(argumentsOf(command)[0]).toBe('https://shop.example/search/v1/collections/shop/search');
});
