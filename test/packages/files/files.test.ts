import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FileReplacement,
  isLeftover,
  makeFolder,
  moveSynced,
  partialBeside,
  placeFolder,
  readJson,
  readSealedJson,
  removeAbandoned,
  removeLeftovers,
  removeWhole,
  replaceFile,
  unwritable,
  writeJson,
  writeSealedJson,
} from '@attune/files';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SmallDisk } from '../../end-to-end/harness/small-disk.js';

const root = mkdtempSync(join(tmpdir(), 'attune-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(root, `case-${count++}`);
  mkdirSync(folder);
});

const read = (path: string) => readFileSync(path, 'utf8');
/** A file of `old` in the case's folder. */
function oldFile(): string {
  const path = join(folder, 'file');
  writeFileSync(path, 'old');
  return path;
}
/** A folder that holds a file of `old`. */
function oldFolder(): string {
  const path = join(folder, 'model');
  mkdirSync(path);
  writeFileSync(join(path, 'file'), 'old');
  return path;
}
const fillWith = (text: string) => async (temporary: string) => {
  mkdirSync(join(temporary, 'inner'));
  await writeFile(join(temporary, 'inner', 'file'), text);
};

describe('a file', () => {
  it('is written of text, of bytes, of parts, and of parts as they come', async () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
    const lines = Array.from({ length: 50_000 }, (_, i) => `Zeile ${i}: ä €\n`);
    async function* coming() {
      yield 'head\n';
      yield bytes;
      yield* lines;
    }
    for (const [content, expected] of [
      ['', Buffer.alloc(0)],
      ['ä', Buffer.from('ä')],
      [bytes, Buffer.from(bytes)],
      [[bytes, 'tail'], Buffer.concat([bytes, Buffer.from('tail')])],
      [lines, Buffer.from(lines.join(''))],
      [coming(), Buffer.concat([Buffer.from('head\n'), bytes, Buffer.from(lines.join(''))])],
    ] as const) {
      await replaceFile(join(folder, 'file'), content);
      expect(readFileSync(join(folder, 'file')).equals(expected)).toBe(true);
    }
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is not seen until it is whole', async () => {
    const path = oldFile();
    await expect(FileReplacement.open(path, { force: false })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      message: /force/,
    });
    const file = await FileReplacement.open(path);
    await file.write(new Uint8Array([110]));
    await file.write('ew');
    expect(read(path)).toBe('old');
    await file.commit();
    await file.discard();
    expect(read(path)).toBe('new');
    const discarded = await FileReplacement.open(join(folder, 'never'));
    await discarded.write('x');
    await discarded.discard();
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('stays as it was when its content throws halfway, whose error is told', async () => {
    const path = oldFile();
    async function* failing() {
      yield 'x'.repeat(1_000_000);
      throw new RangeError('no more');
    }
    await expect(replaceFile(path, failing())).rejects.toThrow(new RangeError('no more'));
    expect(read(path)).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is one of those that concurrent writers wrote, whole', async () => {
    const path = join(folder, 'file');
    const texts = Array.from({ length: 24 }, (_, i) => String.fromCharCode(97 + i).repeat(400_000));
    await Promise.all(texts.map((text) => replaceFile(path, [text.slice(0, 300_000), text.slice(300_000)])));
    expect(texts).toContain(read(path));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('keeps its permissions, and a link to it stays a link', async () => {
    const path = oldFile();
    chmodSync(path, 0o640);
    const link = join(folder, 'link');
    symlinkSync('file', link);
    await replaceFile(link, 'new');
    expect(readlinkSync(link)).toBe('file');
    expect(read(path)).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const lost = join(folder, 'lost');
    symlinkSync('nowhere', lost);
    await replaceFile(lost, 'new');
    expect(lstatSync(lost).isFile()).toBe(true);
  });

  it('is not put in the place of what is no file', async () => {
    const path = oldFolder();
    await expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(replaceFile('/dev/null', 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(readdirSync(path)).toEqual(['file']);
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('that cannot be begun says which, and by the name that the caller gave', async () => {
    const missing = join(folder, 'missing', 'file');
    await expect(replaceFile(missing, 'new')).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining(missing),
    });
    await expect(replaceFile(missing, 'new', { what: 'the report' })).rejects.toThrow(
      /^the report could not/,
    );
  });

  it('of JSON is read back; none is undefined, a damaged one is named', async () => {
    const path = join(folder, 'value.json');
    expect(await readJson(path)).toBeUndefined();
    await writeJson(path, { a: [1, 'ä'] });
    expect(await readJson(path)).toEqual({ a: [1, 'ä'] });
    writeFileSync(path, '{"a":');
    await expect(readJson(path)).rejects.toMatchObject({
      code: 'FILE_CORRUPT',
      message: expect.stringContaining(path),
    });
    await expect(readJson(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

describe('a folder', () => {
  it('is placed with those above it, and gives what filling it gave', async () => {
    const path = join(folder, 'a', 'b', 'model');
    const value = await placeFolder(path, async (temporary) => {
      expect(existsSync(path)).toBe(false);
      await fillWith('new')(temporary);
      return 7;
    });
    expect(value).toBe(7);
    expect(read(join(path, 'inner', 'file'))).toBe('new');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['model']);
  });

  it('replaces another with force alone', async () => {
    const path = oldFolder();
    let filled = false;
    const fill = async (temporary: string) => {
      filled = true;
      await fillWith('new')(temporary);
    };
    await expect(placeFolder(path, fill)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(filled).toBe(false);
    await placeFolder(path, fill, { force: true });
    expect(readdirSync(path)).toEqual(['inner']);
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('that came into being meanwhile stays', async () => {
    const path = join(folder, 'model');
    const late = placeFolder(path, async (temporary) => {
      await fillWith('late')(temporary);
      await placeFolder(path, fillWith('first'));
    });
    await expect(late).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(read(join(path, 'inner', 'file'))).toBe('first');
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('stays as it was when filling it throws, whose error is told', async () => {
    const path = oldFolder();
    const failing = async (temporary: string) => {
      await fillWith('new')(temporary);
      throw new RangeError('no more');
    };
    await expect(placeFolder(path, failing, { force: true })).rejects.toThrow(new RangeError('no more'));
    expect(readdirSync(path)).toEqual(['file']);
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('is one of those that concurrent writers placed, whole', async () => {
    const path = join(folder, 'model');
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => placeFolder(path, fillWith(`${i}`))),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(read(join(path, 'inner', 'file'))).toBe(
      `${made.findIndex(({ status }) => status === 'fulfilled')}`,
    );
    expect(readdirSync(folder)).toEqual(['model']);
  });

  it('is made, moved and removed as a whole', async () => {
    await makeFolder(join(folder, 'a', 'b'));
    await makeFolder(join(folder, 'a', 'b'));
    const path = oldFolder();
    await moveSynced(path, join(folder, 'a', 'b', 'model'));
    expect(read(join(folder, 'a', 'b', 'model', 'file'))).toBe('old');
    await removeWhole(join(folder, 'a'));
    await removeWhole(join(folder, 'a'));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('sealed JSON', () => {
  it('comes back as it was, and not at all once any bit of it changed what it says', async () => {
    const path = join(folder, 'sealed.json');
    expect(await readSealedJson(path)).toBeUndefined();
    const value = { name: 'lampé', numbers: [1, 0.25, -3], inner: { list: [], none: null } };
    await writeSealedJson(path, value);
    expect(await readSealedJson(path)).toEqual(value);
    const whole = readFileSync(path);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, bytes);
      const found = await readSealedJson(path).catch((error: { code: string }) => error.code);
      if (found !== 'FILE_CORRUPT') expect(found, `bit ${bit}`).toEqual(value);
    }
    await writeJson(path, value);
    await expect(readSealedJson(path)).rejects.toMatchObject({ code: 'FILE_CORRUPT' });
  });
});

describe('a leftover', () => {
  it('says of what it is and who wrote it, is unlike any other, and no longer than a name may be', () => {
    const name = partialBeside(join(folder, 'model.json')).slice(folder.length + 1);
    expect(name).toMatch(new RegExp(`^\\.partial-model\\.json-${process.pid}-[0-9a-f]{16}$`));
    expect(isLeftover(name)).toBe(true);
    expect(isLeftover('model.json')).toBe(false);
    const names = new Set(Array.from({ length: 1_000 }, () => partialBeside('model')));
    expect(names.size).toBe(1_000);
    const long = partialBeside(join(folder, '€'.repeat(85))).slice(folder.length + 1);
    expect(Buffer.byteLength(long)).toBeLessThan(256);
  });

  it('is removed by who owns the folder, or of one name alone', async () => {
    for (const name of ['a', 'a-1', 'b']) writeFileSync(partialBeside(join(folder, name)), 'half');
    writeFileSync(join(folder, 'a'), 'whole');
    await removeLeftovers(folder, 'a');
    expect(readdirSync(folder).filter(isLeftover)).toHaveLength(2);
    await removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('that was replaced goes where the new one is in its place, and comes back where that never came there', async () => {
    const replaced = (name: string) => partialBeside(join(folder, name)).replace('/.partial-', '/.replaced-');
    writeFileSync(replaced('model'), 'old');
    writeFileSync(join(folder, 'model'), 'new');
    writeFileSync(replaced('lost'), 'all there is');
    await removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(['lost', 'model']);
    expect(read(join(folder, 'lost'))).toBe('all there is');
    expect(read(join(folder, 'model'))).toBe('new');
  });

  it('of a process that has ended goes: of one name at once, of others after an hour, and only what is of the kind asked for', async () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const make = (name: string, pid: number, content: string) => {
      const path = partialBeside(join(folder, name)).replace(`-${process.pid}-`, `-${pid}-`);
      mkdirSync(path);
      writeFileSync(join(path, content), '');
      return path;
    };
    const [own, mine] = [make('monday', ended, 'ours'), make('monday', process.pid, 'ours')];
    const [fresh, old] = [make('tuesday', ended, 'ours'), make('wednesday', ended, 'ours')];
    const theirs = make('monday', ended, 'theirs');
    for (const path of [join(old, 'ours'), old]) utimesSync(path, 1, 1);
    await removeAbandoned(folder, { of: 'monday', isOurs: (path) => existsSync(join(path, 'ours')) });
    expect([own, mine, fresh, old, theirs].map((path) => existsSync(path))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('is of this kind to the letter: what only begins like one stays', async () => {
    for (const name of ['.partial-notes', '.replaced-model-1', '.partial-a-12-0123'])
      writeFileSync(join(folder, name), '');
    await removeLeftovers(folder);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('of a name that is cut is cut between characters, and is found by the whole name', async () => {
    for (let letters = 180; letters < 200; letters++) {
      const name = `${'n'.repeat(letters)}🌲🌲🌲`;
      writeFileSync(partialBeside(join(folder, name)), 'half');
      expect(readdirSync(folder).join()).not.toContain('\ufffd');
      await removeLeftovers(folder, name);
      expect(readdirSync(folder)).toEqual([]);
    }
  });
});

describe('an error', () => {
  it('of a full disk, of another fault, and of the caller are told apart', () => {
    const fault = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });
    expect(unwritable('it', fault('ENOSPC'))).toMatchObject({ code: 'DISK_FULL' });
    expect(unwritable('it', fault('EDQUOT'))).toMatchObject({ code: 'DISK_FULL' });
    expect(unwritable('it', fault('EIO'))).toMatchObject({ code: 'FILE_UNWRITABLE' });
    const own = new RangeError('own');
    expect(unwritable('it', own)).toBe(own);
    expect(unwritable('it', undefined)).toBeUndefined();
  });
});

const mountable = SmallDisk.possible();

describe.skipIf(!mountable)(
  `a disk${mountable ? '' : ' (not run: this user may not mount a small one)'}`,
  () => {
    it('that is full, or read-only, leaves what was there, and nothing else', async () => {
      const disk = new SmallDisk(4);
      try {
        const path = join(disk.folder, 'file');
        const model = join(disk.folder, 'model');
        await replaceFile(path, 'old');
        await placeFolder(model, fillWith('old'));
        const large = 'x'.repeat(8 << 20);
        const attempts = [
          () => replaceFile(path, large),
          () => replaceFile(path, [large.slice(0, 1 << 20), large]),
          () => placeFolder(model, fillWith(large), { force: true }),
        ];
        const expectUntouched = () => {
          expect(readdirSync(disk.folder).sort()).toEqual(['file', 'model']);
          expect(read(path)).toBe('old');
          expect(read(join(model, 'inner', 'file'))).toBe('old');
        };
        for (const attempt of attempts) {
          await expect(attempt()).rejects.toMatchObject({ code: 'DISK_FULL' });
          expectUntouched();
        }
        disk.setReadOnly(true);
        for (const attempt of attempts) {
          await expect(attempt()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
          expectUntouched();
        }
        disk.setReadOnly(false);
        await replaceFile(path, 'new');
        expect(read(path)).toBe('new');
      } finally {
        disk.remove();
      }
    });
  },
);

const traceable = spawnSync('strace', ['-f', '-e', 'trace=none', 'true']).status === 0;

describe.skipIf(!traceable)(`each step${traceable ? '' : ' (not run: no strace here)'}`, () => {
  const built = new URL('../../../packages/files/dist/index.js', import.meta.url).href;

  /** Runs a program whose system calls are tampered with: `rename:error=EIO:when=1`. */
  function runWith(injection: string, program: string) {
    const source = `import { placeFolder, replaceFile } from ${JSON.stringify(built)};
      import { writeFileSync } from 'node:fs';
      const fill = async (folder) => writeFileSync(folder + '/file', 'new');
      try { ${program} } catch (error) { console.log(error.code); }`;
    const calls = injection.split(':')[0];
    const args = [
      '-f',
      '-qq',
      '-o',
      join(root, 'trace'),
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${injection}`,
    ];
    const { stdout, signal, status } = spawnSync(
      'strace',
      [...args, process.execPath, '--input-type=module', '-e', source],
      // `when` counts the calls of one thread.
      { encoding: 'utf8', timeout: 60_000, env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    );
    return { said: stdout.trim(), killed: signal === 'SIGKILL' || status === 137 };
  }

  // In their order: fsync of the file, rename, fsync of the folder.
  const fileSteps = [
    ['fsync', 1, 'old'],
    ['rename', 1, 'old'],
    ['fsync', 2, 'new'],
  ] as const;

  for (const [call, when, content] of fileSteps) {
    it(`of a file leaves it ${content} when ${call} ${when} fails, and nothing beside it`, () => {
      const path = oldFile();
      const { said } = runWith(
        `${call}:error=EIO:when=${when}`,
        `await replaceFile(${JSON.stringify(path)}, 'new')`,
      );
      expect(said).toBe('FILE_UNWRITABLE');
      expect(read(path)).toBe(content);
      expect(readdirSync(folder)).toEqual(['file']);
    });

    it(`of a file leaves it old or new when the process is killed at ${call} ${when}`, async () => {
      const path = oldFile();
      const { killed } = runWith(
        `${call}:signal=SIGKILL:when=${when}`,
        `await replaceFile(${JSON.stringify(path)}, 'new')`,
      );
      expect(killed).toBe(true);
      expect(['old', 'new']).toContain(read(path));
      expect(readdirSync(folder).filter((name) => name !== 'file' && !isLeftover(name))).toEqual([]);
      await removeLeftovers(folder);
      expect(readdirSync(folder)).toEqual(['file']);
    });
  }

  // fsync of the file in it and of the folder itself; the old one away, the new one in; fsync of the folder above.
  for (const [call, when] of [
    ['fsync', 1],
    ['fsync', 2],
    ['rename', 1],
    ['rename', 2],
  ] as const) {
    it(`of a folder leaves the old one when ${call} ${when} fails, and nothing beside it`, () => {
      const path = oldFolder();
      const { said } = runWith(
        `${call}:error=EIO:when=${when}`,
        `await placeFolder(${JSON.stringify(path)}, fill, { force: true })`,
      );
      expect(said).toBe('FILE_UNWRITABLE');
      expect(read(join(path, 'file'))).toBe('old');
      expect(readdirSync(folder)).toEqual(['model']);
    });
  }

  it('of a folder that is killed between its two renames leaves both, each under a name that says which', () => {
    const path = oldFolder();
    const { killed } = runWith(
      'rename:signal=SIGKILL:when=2',
      `await placeFolder(${JSON.stringify(path)}, fill, { force: true })`,
    );
    expect(killed).toBe(true);
    const [made, replaced] = readdirSync(folder).sort();
    expect(made).toMatch(/^(\.partial-model-|model$)/);
    const old = [replaced, made].find((name) => name?.startsWith('.replaced-model-'));
    expect(read(join(folder, old!, 'file'))).toBe('old');
    expect(read(join(folder, made!, 'file'))).toBe('new');
  });
});
