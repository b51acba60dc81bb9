import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Finding,
  type ValidateOptions,
  validate,
  validationRules,
} from '../../../packages/data/src/index.js';
import { filesIn, jsonl, temporaryFolder } from './temporary-folder.js';

const folder = temporaryFolder();

const clean = {
  'corpus.jsonl': jsonl(
    { product_id: '1', title: 'Desk lamp', description: 'Lights a desk' },
    { product_id: '2', title: 'Lamp shade', description: 'Café style, 5 < 6' },
    { product_id: '3', title: 'Chair', description: 'AT&T blue; Âge and CHÂTEAU are words' },
  ),
  'queries.jsonl': jsonl(
    { query_id: 'q1', query: 'lamp', part: 'train' },
    { query_id: 'q2', query: 'seat', part: 'dev' },
  ),
  'train.jsonl': jsonl(
    { query_id: 'q1', query: 'lamp', product_id: '1', title: 'Desk lamp', score: 1 },
    { query_id: 'q1', query: 'lamp', product_id: '2', title: 'Lamp shade', score: 0.5 },
  ),
  'dev.qrels': 'q2 0 3 3\n',
};

type Files = Record<string, string | Buffer>;

/** The clean dataset with rows added to one file. */
const withRows = (file: keyof typeof clean, ...rows: unknown[]): Files => ({
  ...clean,
  [file]: clean[file] + jsonl(...rows),
});
const document = (fields: Record<string, unknown>): Files =>
  withRows('corpus.jsonl', { product_id: '4', title: 'Table', description: 'Of oak', ...fields });
const trained = (...rows: Record<string, unknown>[]): Files =>
  withRows(
    'train.jsonl',
    ...rows.map((row) => ({
      query_id: 'q1',
      query: 'lamp',
      product_id: '3',
      title: 'Chair',
      score: 1,
      ...row,
    })),
  );

async function findingsOf(files: Files, options: ValidateOptions = {}): Promise<Map<string, Finding>> {
  const report = await validate(filesIn(folder, files), options);
  return new Map(report.findings.map((finding) => [finding.code, finding]));
}

const event = (more: Record<string, unknown>, object = 'd1') => ({
  action_name: 'click',
  query_id: 'a',
  timestamp: '2024-12-10T10:00:00Z',
  user_query: 'lamp',
  event_attributes: { object: { object_id: object } },
  ...more,
});
const events = (...rows: unknown[]): Files => ({
  'ubi.ndjson': jsonl(
    { query_id: 'a', user_query: 'lamp', timestamp: '2024-12-10T09:59:59Z' },
    event({ action_name: 'impression' }),
    event({}),
    ...rows,
  ),
});

/** Each rule with one planted fault, and where it must be found. */
const planted: [code: string, files: Files, file: string, line: number, options?: ValidateOptions][] = [
  ['UNREADABLE_ROW', { ...clean, 'train.jsonl': `${clean['train.jsonl']}{"query_id":\n` }, 'train.jsonl', 3],
  ['RAGGED_ROW', { 'log.csv': 'query,id,title,score\na,1,x,1\nb,2,y,2,z\n' }, 'log.csv', 3],
  [
    'INVALID_UTF8',
    {
      ...clean,
      'train.jsonl': Buffer.concat([
        Buffer.from(clean['train.jsonl'].replace('"score"', '"shop":"Café","score"')),
        Buffer.from('{"query_id":"q1","query":"lamp","product_id":"3","title":"Chair '),
        Buffer.from([0xe9]),
        Buffer.from('","score":1}\n'),
      ]),
    },
    'train.jsonl',
    3,
  ],
  ['FILE_FORM', { 'log.csv': 'sep=;\nquery;id;title;ctr\na;1;x;0,25\nb;2;y;0,5\n' }, 'log.csv', 0],
  ['EMPTY_FILE', { ...clean, 'test.qrels': '' }, 'test.qrels', 0],
  ['BLANK_VALUE', document({ description: 'NaN' }), 'corpus.jsonl', 4],
  ['ALL_MISSING', document({ title: ' ', description: 'null' }), 'corpus.jsonl', 4],
  ['MISSING_VALUE', document({ product_id: '' }), 'corpus.jsonl', 4],
  ['MOJIBAKE', document({ description: 'CafÃ© table' }), 'corpus.jsonl', 4],
  ['MOJIBAKE', document({ description: 'It\u00e2\u20ac\u2122s oak' }), 'corpus.jsonl', 4],
  ['MOJIBAKE', document({ description: 'half \ud83d of a duck' }), 'corpus.jsonl', 4],
  ['CONTROL_CHARACTER', document({ description: 'a\u0007b' }), 'corpus.jsonl', 4],
  ['HTML_TAG', document({ description: 'oak<br/>wood' }), 'corpus.jsonl', 4],
  ['HTML_ENTITY', document({ description: 'oak &amp; pine' }), 'corpus.jsonl', 4],
  ['INVISIBLE_CHARACTER', document({ description: 'oak\u00a0wood' }), 'corpus.jsonl', 4],
  ['TOO_LONG', document({ description: 'oak '.repeat(600) }), 'corpus.jsonl', 4],
  [
    'TOO_LONG',
    document({ description: 'oak '.repeat(100) }),
    'corpus.jsonl',
    4,
    { maxTokens: 50, countTokens: (text) => text.split(' ').length },
  ],
  ['DUPLICATE_ID', document({ product_id: '2' }), 'corpus.jsonl', 4],
  [
    'DUPLICATE_ROW',
    document({ product_id: '1', title: 'Desk lamp', description: 'Lights a desk' }),
    'corpus.jsonl',
    4,
  ],
  ['DUPLICATE_TITLE', document({ title: 'Chair' }), 'corpus.jsonl', 4],
  ['UNKNOWN_DOCUMENT', trained({ product_id: '77' }), 'train.jsonl', 3],
  ['UNKNOWN_QUERY', { ...clean, 'dev.qrels': 'q2 0 3 3\nq9 0 3 1\n' }, 'dev.qrels', 2],
  [
    'ID_LOST_ZEROS',
    {
      ...trained({ product_id: '7' }),
      'corpus.jsonl': `${clean['corpus.jsonl']}${jsonl({ product_id: '007', title: 'Table', description: 'Oak' })}`,
    },
    'train.jsonl',
    3,
  ],
  [
    'ID_LENGTHS_DIFFER',
    { 'log.csv': 'query,id,title\na,123456789012,x\nb,223456789012,y\nc,23456789012,z\n' },
    'log.csv',
    4,
  ],
  ['NUMBER_AS_FLOAT', trained({ product_id: '3.0' }), 'train.jsonl', 3],
  ['REPEATED_PAIR', trained({ product_id: '1', title: 'Desk lamp' }), 'train.jsonl', 3],
  ['REPEATED_TEXT', trained({ title: 'Desk lamp' }), 'train.jsonl', 3],
  ['CONTRADICTORY_WEIGHT', trained({ title: 'Desk lamp', score: 0.1 }), 'train.jsonl', 3],
  ['LEAK_PAIR', trained({ query_id: 'q2', query: 'seat' }), 'dev.qrels', 1],
  [
    'LEAK_QUERY',
    withRows('queries.jsonl', { query_id: 'q3', query: 'the Lamps', part: 'dev' }),
    'queries.jsonl',
    3,
  ],
  ['WEIGHT_INVALID', trained({ score: 'high' }), 'train.jsonl', 3],
  ['WEIGHT_INVALID', trained({ score: null }), 'train.jsonl', 3],
  ['NEGATIVE_WEIGHT', trained({ score: -0.5 }), 'train.jsonl', 3],
  ['CONSTANT_WEIGHT', { 'log.csv': 'query,id,title,score\na,1,x,2\nb,2,y,2\n' }, 'log.csv', 2],
  ['ZERO_WEIGHT', trained({ score: 0 }), 'train.jsonl', 3],
  ['EVENT_MISSING_FIELD', events(event({ timestamp: null })), 'ubi.ndjson', 4],
  ['UNKNOWN_ACTION', events(event({ action_name: 'hover' })), 'ubi.ndjson', 4],
  ['UNKNOWN_QUERY_ID', events(event({ action_name: 'impression', query_id: 'b' })), 'ubi.ndjson', 4],
  ['EVENT_BEFORE_QUERY', events(event({ timestamp: '2024-12-10T09:59:58+0000' })), 'ubi.ndjson', 4],
  // A tenth of a second before the query's time, in each unit since 1970.
  ...[1733824798.9, 1733824798900, 1733824798900000, '1733824798900'].map(
    (timestamp): (typeof planted)[number] => [
      'EVENT_BEFORE_QUERY',
      events(event({ timestamp })),
      'ubi.ndjson',
      4,
    ],
  ),
  [
    'OTHER_LOCALE',
    {
      'corpus.csv': 'product_id,title,product_locale\n1,Desk lamp,us\n2,Seat,us\n1,Lampe,de\n',
      'log.csv': 'query,product_id,product_locale\nlamp,1,us\n',
    },
    'corpus.csv',
    4,
  ],
  ['CLICK_WITHOUT_IMPRESSION', events(event({}, 'd2')), 'ubi.ndjson', 4],
];

describe('validation rules', () => {
  it('find nothing in clean files', async () => {
    for (const files of [clean, events()]) {
      const report = await validate(filesIn(folder, files));
      expect(report.findings).toEqual([]);
      expect(report.verdict).toBe('pass');
      expect(report.rowsRejected).toBe(0);
    }
  });

  it.each(planted)('%s is found where it was planted (%#)', async (code, files, file, line, options) => {
    const finding = (await findingsOf(files, options)).get(code);
    // All weights being the same is a fault of every row.
    expect(finding).toMatchObject({
      code,
      count: code === 'CONSTANT_WEIGHT' ? 2 : 1,
      examples: [{ file, line }],
    });
    if (line > 0) expect(finding?.examples[0]?.text).not.toBe('');
    expect(finding?.total).toBeGreaterThanOrEqual(1);
    expect(finding?.fix).not.toBe('');
  });

  it('are all planted above, but for those about files that are passed over or missing, and those of no one row', () => {
    const codes = new Set([...planted.map(([code]) => code), 'SKIPPED_FILE', 'MISSING_PART', 'UNKNOWN_TEXT']);
    expect(validationRules.map(({ code }) => code).filter((code) => !codes.has(code))).toEqual([]);
    expect(new Set(validationRules.map(({ code }) => code)).size).toBe(validationRules.length);
  });

  it('name an empty file of training data, which is a failed export', async () => {
    const findings = await findingsOf({ ...clean, 'train.jsonl': '' });
    expect(findings.get('EMPTY_FILE')).toMatchObject({
      severity: 'error',
      examples: [{ file: 'train.jsonl', line: 0 }],
    });
  });

  it('name files that are passed over', async () => {
    const findings = await findingsOf({ ...clean, 'judgments.json': '{\n}\n' });
    expect(findings.get('SKIPPED_FILE')).toMatchObject({ count: 1, total: 5, severity: 'warning' });
  });

  it('say how much of each field is filled', async () => {
    const report = await validate(filesIn(folder, document({ description: ' ' })));
    expect(report.fields).toContainEqual({ file: 'corpus.jsonl', field: 'description', filled: 3, total: 4 });
    expect(report.findings[0]?.message).toMatch(/description of corpus\.jsonl is blank in 1 of 4/);
  });

  it('do not count a judged pair that was trained on as clean because its query has another id', async () => {
    const files = withRows('queries.jsonl', { query_id: 'q3', query: 'LAMP', part: 'dev' });
    const findings = await findingsOf({ ...files, 'dev.qrels': 'q3 0 1 3\n' });
    expect(findings.get('LEAK_PAIR')).toMatchObject({ count: 1, severity: 'error' });
  });
});

describe('the verdict', () => {
  it('is fail for an error, warn for a warning, pass for information', async () => {
    const verdictOf = async (files: Files, options?: ValidateOptions) =>
      (await validate(filesIn(folder, files), options)).verdict;
    expect(await verdictOf(trained({ query_id: 'q2', query: 'seat' }))).toBe('fail');
    expect(await verdictOf(document({ description: '' }))).toBe('warn');
    expect(await verdictOf(trained({ score: 0 }))).toBe('pass');
  });

  it('goes by the thresholds that the caller sets', async () => {
    const files = filesIn(folder, document({ description: '' }));
    const severityOf = async (threshold: { warnAbove?: number; failAbove?: number }) => {
      const report = await validate(files, { thresholds: { BLANK_VALUE: threshold } });
      return report.findings[0]?.severity;
    };
    expect(await severityOf({ failAbove: 0 })).toBe('error');
    expect(await severityOf({ failAbove: 0.5 })).toBe('warning');
    expect(await severityOf({ warnAbove: 0.5 })).toBe('info');
    await expect(validate(files, { thresholds: { TYPO: {} } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    expect((await validate(files, { without: ['BLANK_VALUE'] })).verdict).toBe('pass');
  });
});

describe('the quarantine', () => {
  const dirty = { ...trained({ score: -1 }), 'corpus.jsonl': `${clean['corpus.jsonl']}{"broken\n` };

  it('holds the rows as they stood, with reasons; inputs stay as they were', async () => {
    const source = filesIn(folder, dirty);
    const path = join(source, '..', 'quarantine-1.jsonl');
    const report = await validate(source, { quarantine: path });
    expect(report.quarantine).toEqual({ file: path, rows: 2 });
    expect(report.rowsRejected).toBe(2);
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(rows).toEqual([
      { file: 'corpus.jsonl', line: 4, reasons: ['UNREADABLE_ROW'], row: '{"broken' },
      {
        file: 'train.jsonl',
        line: 3,
        reasons: ['NEGATIVE_WEIGHT'],
        row: (dirty as Record<string, string>)['train.jsonl']?.toString().split('\n')[2],
      },
    ]);
    for (const [name, content] of Object.entries(dirty))
      expect(readFileSync(join(source, name), 'utf8')).toBe(content);
  });

  it('is not overwritten without force, and not left half-written', async () => {
    const source = filesIn(folder, dirty);
    const path = join(source, '..', 'quarantine-2.jsonl');
    await expect(validate(source, { quarantine: path, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(existsSync(path)).toBe(false);
    await validate(source, { quarantine: path });
    await expect(validate(source, { quarantine: path })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect((await validate(source, { quarantine: path, force: true })).quarantine?.rows).toBe(2);
  });
});

describe('the report', () => {
  it('is plain JSON and lists files, mapping and rules', async () => {
    const report = await validate(filesIn(folder, clean));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({ schema: 'attune.validation/1', rowsRead: 8 });
    expect(report.files.map(({ file, format, role, rows }) => [file, format, role, rows])).toEqual([
      ['corpus.jsonl', 'jsonl', 'documents', 3],
      ['queries.jsonl', 'jsonl', 'queries', 2],
      ['train.jsonl', 'jsonl', 'interactions', 2],
      ['dev.qrels', 'qrels', 'judgments', 1],
    ]);
    expect(report.mapping).toContainEqual({
      file: 'train.jsonl',
      role: 'query',
      column: 'query',
      guessed: true,
    });
    expect(report.rules).toContain('LEAK_PAIR');
    expect(report.rules).not.toContain('UNKNOWN_ACTION');
  });
});
