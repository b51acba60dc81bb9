import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, writeDataset } from '@attune/data';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeShopTransformer } from '../packages/tune/shop-transformer.js';
import { smallShop, temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const commands = [
  ...['validate', 'train', 'eval', 'distill', 'index', 'search', 'encode', 'serve', 'keys', 'events', 'loop'],
  ...['models', 'backup', 'restore', 'verify', 'demo', 'doctor'],
];
const nested = {
  keys: ['create', 'list', 'revoke'],
  events: ['send', 'import', 'export'],
  loop: ['run', 'status', 'decisions', 'configure'],
  models: ['list', 'import', 'remove', 'promote', 'rollback'],
};

/** Every pair many times, so that training lasts until a signal reaches it. */
function longShop(): Dataset {
  const shop = smallShop();
  return { ...shop, interactions: Array.from({ length: 800 }, () => shop.interactions).flat() };
}

beforeAll(async () => {
  await writeSmallBase(at('base'));
  await writeDataset(at('shop'), smallShop());
  await writeDataset(at('long-shop'), longShop());
  const log = smallShop().documents.slice(0, 20);
  writeFileSync(
    at('clean.jsonl'),
    jsonl(
      log.map(({ id, fields }, i) => ({
        query: `light ${i}`,
        product_id: id,
        title: fields['title'],
        score: 1 + (i % 2),
      })),
    ),
  );
  writeFileSync(
    at('warn.jsonl'),
    jsonl(
      log.map(({ id, fields }, i) => ({
        query: `light ${i}`,
        product_id: id,
        title: `<b>${fields['title']}</b>`,
        score: 1 + (i % 2),
      })),
    ),
  );
  writeFileSync(at('fail.csv'), 'query,product_id,title,score\nlight,1,lamp,-1\ncouch,2,sofa,much\n');
});

describe('attune', () => {
  it('shows its version, and each command with an example', async () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../packages/cli/package.json', import.meta.url), 'utf8'),
    );
    expect(await attune(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
    const all = [
      ...commands,
      ...Object.entries(nested).flatMap(([command, names]) => names.map((name) => `${command} ${name}`)),
    ];
    const helps = await Promise.all(all.map((command) => attune([...command.split(' '), '--help'])));
    for (const [i, { code, out }] of helps.entries()) {
      const command = all[i]!;
      expect(code, command).toBe(0);
      expect(out, command).toMatch(new RegExp(`Examples?:\\n(.*\\n)*?\\s+(.*\\| )?attune ${command}`));
      if (!(command in nested)) expect(out, command).toContain('--json');
    }
    const { out } = await attune(['--help']);
    for (const command of commands) expect(out).toContain(`  ${command} `);
  });

  it.each([
    ['an unknown command', ['improve']],
    ['an unknown option', ['search', 'index', 'lamp', '--fast']],
    ['an option without its value', ['index', 'catalogue.jsonl', '--model', 'base', '--out']],
    ['a missing option', ['train', 'shop']],
    ['a value that is none of its choices', ['train', 'shop', '--out', 'x', '--tier', 'huge']],
    ['a number that is none', ['search', 'index', 'lamp', '-k', 'many']],
    ['neither data nor --rules', ['validate']],
  ])('ends with 2 and a word on stderr at %s', async (_, args) => {
    const { code, out, err } = await attune(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  });

  it('ends with 1, the code and the place where a file is missing', async () => {
    const { code, err } = await attune(['search', at('nowhere'), 'lamp']);
    expect(code).toBe(1);
    expect(err).toContain('attune: FILE_NOT_FOUND:');
    expect(err).toContain(at('nowhere'));
    expect(err).not.toMatch(/\n +at /); // no stack
  });
});

describe('attune validate', () => {
  it.each([
    ['0 for clean data', 'clean.jsonl', 0, 'pass'],
    ['3 for warnings', 'warn.jsonl', 3, 'warn'],
    ['4 for errors', 'fail.csv', 4, 'fail'],
  ])('ends with %s', async (_, file, expected, verdict) => {
    const { code, out } = await attune(['validate', at(file), '--json']);
    expect(JSON.parse(out)).toMatchObject({ schema: 'attune.validation/1', verdict });
    expect(code).toBe(expected);
  });

  it('writes words without escape codes where NO_COLOR is set, and the page and the quarantine asked for', async () => {
    const args = ['validate', at('fail.csv'), '--html', at('report.html'), '--quarantine', at('bad.jsonl')];
    const { code, out } = await attune(args, { env: { NO_COLOR: '1' } });
    expect(code).toBe(4);
    expect(out).toContain('NEGATIVE_WEIGHT');
    expect(out).not.toContain('\x1b');
    expect(readFileSync(at('report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(JSON.parse(readFileSync(at('bad.jsonl'), 'utf8').split('\n')[0]!)).toMatchObject({ line: 2 });
    const again = await attune(args);
    expect(again.code).toBe(1);
    expect(again.err).toContain('FILE_EXISTS');
  });

  it('takes the encoding of text, as every command that reads data', async () => {
    for (const command of ['validate', 'train', 'eval', 'index', 'demo'])
      expect((await attune([command, '--help'])).out, command).toContain('--encoding <name>');
    // A table of lamps in GB18030.
    const bytes = '71756572792c69642c7469746c650acca8b5c62c30312cbba4d1dbcca8b5c60a';
    writeFileSync(at('gb18030.csv'), Buffer.from(bytes, 'hex'));
    const encodingOf = async (...more: string[]) =>
      JSON.parse((await attune(['validate', at('gb18030.csv'), '--json', ...more])).out).files[0].encoding;
    expect(await encodingOf()).toBe('GB18030');
    expect(await encodingOf('--encoding', 'big5')).toBe('Big5');
    expect((await attune(['validate', at('gb18030.csv'), '--encoding', 'none'])).err).toContain(
      'INVALID_ARGUMENT',
    );
    const args = ['index', at('gb18030.csv'), '--model', at('base'), '--out', at('gb18030-index')];
    expect((await attune(args)).err).toContain('read as GB18030');
  });

  it('lists its rules, also as JSON', async () => {
    const { code, out } = await attune(['validate', '--rules', '--json']);
    expect(code).toBe(0);
    const { schema, rules } = JSON.parse(out);
    expect(schema).toBe('attune.rules/1');
    expect(rules).toContainEqual(expect.objectContaining({ code: 'LEAK_PAIR', severity: 'error' }));
    expect((await attune(['validate', '--rules'])).out.trimEnd().split('\n')).toHaveLength(rules.length);
  });
});

describe('attune index', () => {
  it('takes the columns that its message asks for', async () => {
    const catalogue = at('catalogue.csv');
    writeFileSync(catalogue, '\ufeffNr.,Beschriftung,Farbe\n001,lamp,red\n002,sofa,black\n');
    const index = (...more: string[]) =>
      attune(['index', catalogue, '--model', at('base'), '--out', at('columns'), '--json', ...more]);
    const refused = await index();
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/DATA_COLUMN_MISSING.*Nr\., Beschriftung, Farbe.*--document-column/s);
    const { code, out, err } = await index('--document-column', 'Nr.', '--title-column', 'Beschriftung');
    expect(err).not.toContain('attune: ');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schema: 'attune.index/1', documents: 2 });
  });
});

describe('from a dataset to an answer', () => {
  const train = (name: string, ...more: string[]) =>
    attune([
      'train',
      at('shop'),
      '--model',
      at('base'),
      '--out',
      at(name),
      '--epochs',
      '30',
      '--few',
      ...more,
    ]);

  it('trains, evaluates, indexes and searches', async () => {
    const trained = await train('tuned', '--json');
    expect(trained.err).not.toContain('attune: ');
    expect(trained.code).toBe(0);
    const run = JSON.parse(trained.out);
    expect(run).toMatchObject({
      schema: 'attune.train/1',
      out: at('tuned'),
      pairs: 72,
      weights: { kind: 'grades' },
      weighting: 'linear',
      learned: { rows: 72, of: 72, leftOut: {} },
    });
    expect(run.fingerprint).not.toBe(run.base);

    const evaluated = await attune([
      'eval',
      at('shop'),
      '--model',
      at('tuned'),
      '--base',
      at('base'),
      '--runs',
      at('run'),
      '--json',
    ]);
    expect(evaluated.code).toBe(0);
    const report = JSON.parse(evaluated.out);
    expect(report).toMatchObject({
      schema: 'attune.evaluation/1',
      candidate: 'tuned',
      baseline: 'base',
      main: { name: 'test' },
    });
    expect(report.main.legs.map(({ name }: { name: string }) => name)).toEqual([
      'bm25',
      'base',
      'tuned',
      'hybrid',
    ]);
    expect(readFileSync(at('run-tuned.run'), 'utf8')).toMatch(/^q-\d+ Q0 item-\d+ 1 /);

    const indexed = await attune([
      'index',
      join(at('shop'), 'corpus.jsonl'),
      '--model',
      at('tuned'),
      '--out',
      at('index'),
      '--json',
    ]);
    expect(JSON.parse(indexed.out)).toMatchObject({
      schema: 'attune.index/1',
      documents: 120,
      fingerprint: run.fingerprint,
    });

    const search = async (...args: string[]) => {
      const { code, out, err } = await attune(['search', at('index'), ...args, '--json']);
      expect(err).toBe('');
      expect(code).toBe(0);
      return JSON.parse(out) as {
        schema: string;
        mode: string;
        hits: { id: string; attributes: Record<string, unknown> }[];
      };
    };
    const plain = await search('sofa and lamp', '-k', '3');
    expect(plain).toMatchObject({ schema: 'attune.search/1', mode: 'hybrid', query: 'sofa and lamp' });
    expect(plain.hits[0]).toMatchObject({ id: 'item-000', fields: { title: 'sofa and lamp' } });
    const east = await search('sofa', '--filter', 'shop=east', '--mode', 'lexical');
    expect(new Set(east.hits.map(({ attributes }) => attributes['shop']))).toEqual(new Set(['east']));
    expect(
      (await search('sofa', '--filter', 'sales=7')).hits.map(({ attributes }) => attributes['sales']),
    ).toEqual([7]);
    const boosted = await search('lamp', '--boost', 'sales=100', '--mode', 'lexical', '-k', '1');
    expect(boosted.hits[0]?.attributes['sales']).toBe(105);
  });

  it('trains from a base that it makes of the documents and queries, beside the model', async () => {
    const options = ['train', at('shop'), '--model', 'none', '--out', at('from-none'), '--few'];
    const { code, out, err } = await attune([...options, '--epochs', '2']);
    expect(err).toMatch(/A base of [\d,]+ tokens was learned from 120 documents and 72 queries in \d+ s\./);
    expect(code).toBe(0);
    expect(out).toContain(`--base ${at('from-none-base')}`);
    const next = await attune([
      'eval',
      at('shop'),
      '--model',
      at('from-none'),
      '--base',
      at('from-none-base'),
    ]);
    expect(next.code).toBe(0);
    const refused = await attune([...options, '--tier', 'adapter', '--force']);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('base is --model');
  });

  it('trains a whole transformer within minutes, which it has to be given', async () => {
    const base = writeShopTransformer(at('shop-transformer'));
    const options = ['train', at('shop'), '--tier', 'transformer', '--out', at('whole'), '--few'];
    const refused = await attune(options);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/none ships for it.*base is --model/s);
    const { code, out, err } = await attune([...options, '--model', base, '--minutes', '5', '--epochs', '3']);
    expect(err).not.toContain('Error');
    expect(code).toBe(0);
    expect(out).toContain('share of the tuned weights');
    const next = await attune(['eval', at('shop'), '--model', at('whole'), '--base', base]);
    expect(next.code).toBe(0);
    const quick = await attune(['train', at('shop'), '--minutes', '5', '--out', at('quick'), '--few']);
    expect(quick.err).toMatch(/tier.*static.*minutes is --minutes/s);
  });

  it('does not train on fewer than 100 pairs unless it is told to, and says what would help', async () => {
    const refused = await attune(['train', at('shop'), '--model', at('base'), '--out', at('too-few')]);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/DATA_TOO_FEW: .*found 72: 72 of 72 rows to learn from\..*--few/);
    expect(existsSync(at('too-few'))).toBe(false);
  });

  it('says what the weights of a log were taken for, and reads them as the caller says', async () => {
    const rows = ['query,product_id,title,verdict', 'lamp,1,Lamp,Top', 'lamp,2,Oak,Flop'];
    writeFileSync(at('labels.csv'), rows.join('\n'));
    const unknown = await attune(['validate', at('labels.csv')]);
    expect(unknown.out).toContain('every row counts once');
    const known = await attune(['validate', at('labels.csv'), '--weight-labels', 'top=1,flop=0.2']);
    expect(known.out.replace(/\s+/g, ' ')).toContain(
      'verdict was taken for labels, since its weights were declared; weights: Top 1, Flop 0.2.',
    );
    const wrong = await attune(['validate', at('labels.csv'), '--weight-labels', 'top']);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("received 'top'") });
    const kind = await attune(['validate', at('labels.csv'), '--weights', 'guesses']);
    expect(kind.code).toBe(2);
  });

  it('refuses to train over what is there, and says how to replace it', async () => {
    mkdirSync(at('taken'));
    const { code, err } = await train('taken');
    expect(code).toBe(1);
    expect(err).toMatch(/FILE_EXISTS: .*taken.*--force/);
  });

  it('stops at Ctrl-C with 130, keeps what it has learned, and goes on by the same command to the same bytes', async () => {
    const command = (name: string) => [
      'train',
      at('long-shop'),
      '--model',
      at('base'),
      '--out',
      at(name),
      '--epochs',
      '40', // long enough for the signal to come in time on a busy machine
      '--json',
    ];
    const checkpoint = join(at('stopped.run'), 'trainer.safetensors');
    const stopped = await attune(command('stopped'), {
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!existsSync(checkpoint)) return;
          clearInterval(watch); // a second signal would end it at once
          child.kill('SIGINT');
        }, 20);
        child.on('close', () => clearInterval(watch));
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain('CANCELLED');
    expect(existsSync(at('stopped'))).toBe(false);
    expect(existsSync(at('stopped.run'))).toBe(true);
    const [again, whole] = await Promise.all([attune(command('stopped')), attune(command('unstopped'))]);
    expect([again.code, whole.code]).toEqual([0, 0]);
    const weights = (name: string) => readFileSync(join(at(name), 'model.safetensors'));
    expect(weights('stopped').equals(weights('unstopped'))).toBe(true);
    expect(existsSync(at('stopped.run'))).toBe(false);
  });
});

describe('attune encode', () => {
  it('writes one row for each line, blank lines included', async () => {
    const args = ['encode', '--model', at('base'), '--role', 'query', '--out', at('queries.npy'), '--json'];
    const { code, out } = await attune(args, { input: 'oak lamp\n\nsofa\r\n   \nlamp' });
    expect(code).toBe(0);
    const { schema, rows, dim } = JSON.parse(out);
    expect({ schema, rows, dim }).toEqual({ schema: 'attune.encode/1', rows: 5, dim: 48 });
    const file = readFileSync(at('queries.npy'));
    expect(file.subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
    const headerLength = file.readUInt16LE(8);
    const header = file.toString('latin1', 10, 10 + headerLength);
    expect(header).toContain("'descr': '<f4'");
    expect(header).toContain("'shape': (5, 48)");
    expect((10 + headerLength) % 64).toBe(0);
    const values = new Float32Array(
      file.buffer.slice(file.byteOffset + 10 + headerLength, file.byteOffset + file.length),
    );
    const lengths = [0, 1, 2, 3, 4].map((row) => Math.hypot(...values.subarray(row * 48, (row + 1) * 48)));
    expect(lengths.map((length) => Math.round(length * 1e4) / 1e4)).toEqual([1, 0, 1, 0, 1]);
  });

  it('refuses an empty stdin', async () => {
    const { code, err } = await attune([
      'encode',
      '--model',
      at('base'),
      '--role',
      'query',
      '--out',
      at('none.npy'),
    ]);
    expect(code).toBe(1);
    expect(err).toContain('DATA_EMPTY');
    expect(existsSync(at('none.npy'))).toBe(false);
  });
});

describe('attune doctor', () => {
  it('says what this installation runs on', async () => {
    const { code, out } = await attune(['doctor', '--json']);
    expect(code).toBe(0);
    const findings = JSON.parse(out);
    expect(findings).toMatchObject({ schema: 'attune.doctor/1', node: process.version });
    expect(findings.baseModel).toMatchObject({ name: 'attune-base-en', goldenVectors: 'match' });
    expect(findings.levels).toContain(findings.level);
    expect(existsSync(findings.addon)).toBe(true);
  });
});
