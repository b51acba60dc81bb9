/** What a newcomer gets wrong, and the sentence that each gets: what was expected, where, and how to go on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, writeSmallBase } from '../packages/tune/small-shop.js';
import { attune, attuneServe, type RunningServer } from './command.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

const pairs = Array.from({ length: 40 }, (_, i) => ({
  query: `new lamp ${i}`,
  id: `p${i}`,
  title: `Lamp ${i}`,
}));
const csv = (header: string, row: (pair: (typeof pairs)[number]) => string) =>
  `${header}\n${pairs.map((pair) => `${row(pair)}\n`).join('')}`;
const bytes = (start: string) => Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(600, 7)]);

const files: Record<string, string | Buffer> = {
  'log.csv': csv('query,product_id,title,clicks', ({ query, id, title }) => `${query},${id},${title},2`),
  'products.csv': csv('product_id,title,price', ({ id, title }) => `${id},${title},9`),
  'log.xlsx': bytes('PK\u0003\u0004'),
  'workbook.csv': bytes('PK\u0003\u0004'),
  'log.xls': bytes('\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1'),
  'report.pdf': bytes('%PDF-1.7\n'),
  'screenshot.png': bytes('\u0089PNG\r\n\u001a\n'),
  'no-ids.csv': csv('query,title,clicks', ({ query, title }) => `${query},${title},2`),
  'empty.csv': '',
  'header.csv': 'query,product_id,title,clicks\n',
  'carets.csv': csv('query^product_id^title', ({ query, id, title }) => `${query}^${id}^${title}`),
  'unclicked.csv': csv(
    'query,product_id,title,clicks',
    ({ query, id, title }) => `${query},${id},${title},0`,
  ),
  'notes/notes.md': 'to do\n',
};

let server: RunningServer;
let locked: RunningServer;
let url = '';
let taken = 0;
let silent = '';
const listener = createServer();

beforeAll(async () => {
  mkdirSync(at('notes'));
  for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content);
  await writeSmallBase(at('model'));
  await writeSmallBase(at('pointer'));
  writeFileSync(
    at('pointer/model.safetensors'),
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 90868376\n',
  );
  const { code, err } = await attune([
    'index',
    at('products.csv'),
    '--model',
    at('model'),
    '--out',
    at('index'),
  ]);
  expect(code, err).toBe(0);
  server = await attuneServe([at('served')]);
  url = server.url;
  await attune(['models', 'push', at('model'), '--name', 'small', '--url', url]);
  await attune(['collections', 'create', 'shop', '--model', 'small', '--url', url]);
  await attune(['keys', 'create', at('locked'), '--label', 'mine', '--scope', 'admin']);
  locked = await attuneServe([at('locked')]);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  taken = (listener.address() as AddressInfo).port;
  // A port that was free a moment ago, and where nothing listens.
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  silent = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  await new Promise((resolve) => gone.close(resolve));
}, 240_000);
afterAll(async () => {
  listener.close();
  await Promise.all([server.stop(), locked.stop()]);
}, 60_000);

/** Paths of this run as DIR/…, and addresses as URL, so that sentences read as a user's. */
const plain = (text: string) =>
  text
    .replaceAll(folder, 'DIR')
    .replaceAll(url, 'URL')
    .replaceAll(silent, 'SILENT')
    .replaceAll(String(taken), 'TAKEN')
    .replaceAll(/\(request [\w-]+\)/g, '')
    .trim();

interface WrongInput {
  what: string;
  /** With DIR for the folder, URL for the server's address, TAKEN for a port that is taken, SILENT for an address where nothing
   * listens, LOCKED for a server that wants a key. */
  command: string;
  code: number;
  /** What stands in the answer. */
  says: string[];
}

// biome-ignore format: a table
const wrongInputs: WrongInput[] = [
  { what: 'an Excel workbook', command: 'validate DIR/log.xlsx', code: 1,
    says: ['FORMAT_UNSUPPORTED: Expected JSONL, JSON, Parquet, CSV, TSV or a TREC file at DIR/log.xlsx, but it is an Excel workbook (.xlsx)', 'Save the sheet as CSV'] },
  { what: 'an Excel workbook that is called .csv', command: 'train DIR/workbook.csv --out DIR/t', code: 1,
    says: ['DIR/workbook.csv, but it is an Excel workbook (.xlsx)', 'Save the sheet as CSV'] },
  { what: 'an old Excel workbook', command: 'validate DIR/log.xls', code: 1,
    says: ['DIR/log.xls, but it is an old Excel workbook (.xls) or another Office file. Save the sheet as CSV'] },
  { what: 'a PDF', command: 'validate DIR/report.pdf', code: 1,
    says: ['DIR/report.pdf, but it is a PDF, which holds pages and no rows. Export the table that it was made from as CSV.'] },
  { what: 'a picture', command: 'validate DIR/screenshot.png', code: 1,
    says: ['DIR/screenshot.png, but it is a picture (PNG). Name the file that holds the rows.'] },
  { what: 'a log without ids', command: 'validate DIR/no-ids.csv', code: 1,
    says: ["DATA_COLUMN_MISSING: Expected a column for the document's id in DIR/no-ids.csv", 'but its columns are query, title, clicks. Name it with `columns.document`, or call it product_id in the file. On the command line, columns.document is --document-column.'] },
  { what: 'an empty file', command: 'validate DIR/empty.csv', code: 1,
    says: ['DATA_EMPTY: Expected a dataset at DIR/empty.csv', 'but it is empty. Export it again'] },
  { what: 'a header alone', command: 'train DIR/header.csv --out DIR/t', code: 1,
    says: ['DATA_EMPTY: Expected a dataset at DIR/header.csv', 'but it has a header and no rows. Export it again'] },
  { what: 'a table with another delimiter', command: 'validate DIR/carets.csv', code: 1,
    says: ['Expected a column for the query in DIR/carets.csv, but its first line is one value: query^product_id^title.', 'parted by commas, tabs, semicolons or pipes (|): save the table with one of these.'] },
  { what: 'a folder without data', command: 'validate DIR/notes', code: 1,
    says: ['Expected a dataset at DIR/notes', 'but the folder has no .csv, .tsv, .jsonl, .json or .parquet file. Name the folder or the file that has them.'] },
  { what: 'a file that is not there', command: 'validate DIR/lgo.csv', code: 1,
    says: ['FILE_NOT_FOUND: Expected a data file or folder at DIR/lgo.csv, but there is none.'] },
  { what: 'documents to check as a log', command: 'validate DIR/products.csv', code: 0,
    says: ['It holds documents and no queries, so there is nothing to learn from and nothing to judge by.'] },
  { what: 'documents to learn from', command: 'train DIR/products.csv --out DIR/t', code: 1,
    says: ['DATA_INVALID: Expected a log or judged queries in DIR/products.csv, but it holds documents and no queries. Name the log'] },
  { what: 'a log to index as a catalogue', command: 'index DIR/log.csv --model DIR/model --out DIR/i', code: 0,
    says: ['DIR/log.csv looks like a log, since it has a column for the query (query). Only the documents that its rows name are read.'] },
  { what: 'a log that nobody clicked in, to check', command: 'validate DIR/unclicked.csv', code: 0,
    says: ['None of its 40 queries led to a document: there is no weight above 0'] },
  { what: 'a log that nobody clicked in, to learn from', command: 'train DIR/unclicked.csv --few --out DIR/t', code: 1,
    says: ['DATA_EMPTY: Expected pairs of a query and a document to learn from in DIR/unclicked.csv, but the weight of all', 'is 0. clicks was taken for counts', 'leave the column of weights out.'] },
  { what: 'few queries', command: 'validate DIR/log.csv', code: 0,
    says: ['That is too few: a decision takes 100 test queries. Give a longer log'] },
  { what: 'few pairs', command: 'train DIR/log.csv --out DIR/t', code: 1,
    says: ['DATA_TOO_FEW: Expected DIR/log.csv to hold at least 100 pairs', 'The log of a longer time would help. To train all the same, set `few`. On the command line, few is --few.'] },
  { what: 'a misspelt column', command: 'validate DIR/log.csv --query-column qurey', code: 1,
    says: ['DATA_COLUMN_MISSING: Expected a column "qurey" for the query, as `columns.query` says, but there is none (did you mean "query"?). The columns are: DIR/log.csv: query, product_id, title, clicks.'] },
  { what: 'a misspelt column of weights', command: 'train DIR/log.csv --weight-column click --few --out DIR/t', code: 1,
    says: ['Expected a column "click" for the weight, as `columns.weight` says, but there is none (did you mean "clicks"?).'] },
  { what: 'a misspelt option', command: 'validate DIR/log.csv --qury-column query', code: 2,
    says: ["error: unknown option '--qury-column'", '(Did you mean --query-column?)'] },
  { what: 'a misspelt command', command: 'validte DIR/log.csv', code: 2,
    says: ["error: unknown command 'validte'", '(Did you mean validate?)'] },
  { what: 'an index as a log', command: 'train DIR/index --out DIR/t', code: 1,
    says: ['DATA_INVALID: Expected a log or a dataset folder at DIR/index, but it is an index of documents. Name the log or the catalogue that it was made from.'] },
  { what: 'a model as a log', command: 'validate DIR/model', code: 1,
    says: ['Expected a log or a dataset folder at DIR/model, but it is a model.'] },
  { what: 'a misspelt model', command: 'train DIR/log.csv --few --model DIR/modle --out DIR/t', code: 1,
    says: ['BUNDLE_NOT_FOUND: No bundle "DIR/modle" was found. Looked at:', 'Give the path of a model folder'] },
  { what: 'an index as a model', command: 'eval DIR/log.csv --model DIR/index', code: 1,
    says: ['BUNDLE_NOT_FOUND: Expected the folder of a model, but DIR/index is an index of documents. Name the model itself: the folder with model.safetensors in it.'] },
  { what: 'a model that git-lfs has not fetched', command: 'eval DIR/log.csv --model DIR/pointer', code: 1,
    says: ['BUNDLE_INVALID: DIR/pointer/model.safetensors is a git-lfs pointer, which stands for the file itself. Fetch the file, with git lfs pull'] },
  { what: 'a log to search in', command: 'search DIR/log.csv lamp', code: 1,
    says: ['INVALID_ARGUMENT: Expected the folder of an index, but DIR/log.csv is a file. Make an index with: attune index CATALOGUE --model MODEL --out my-index'] },
  { what: 'a model to search in', command: 'search DIR/model lamp', code: 1,
    says: ['Expected the folder of an index, but DIR/model is a model. Make an index with:'] },
  { what: 'an index that is not there', command: 'search DIR/indx lamp', code: 1,
    says: ['FILE_NOT_FOUND: Expected the folder of an index, but DIR/indx is not there. Make an index with:'] },
  { what: 'an index to serve', command: 'serve DIR/index --port 0', code: 1,
    says: ['INVALID_ARGUMENT: Expected a data folder, or none yet, but DIR/index is an index of documents; nothing was written there.', 'attune serve my-data; then attune models push MODEL (that made the index)'] },
  { what: 'a log to serve', command: 'serve DIR/log.csv --port 0', code: 1,
    says: ['Expected a data folder, or none yet, but DIR/log.csv is a file; nothing was written there. Name a new folder, and bring in what is to be found: attune serve my-data'] },
  { what: 'a folder that a server has open', command: 'serve DIR/served --port 0', code: 1,
    says: ['STORE_LOCKED: DIR/served is open in the process with pid', 'Or end it, or serve another folder.'] },
  { what: 'a port that is taken', command: 'serve DIR/new --port TAKEN', code: 1,
    says: ['UNAVAILABLE: Expected to listen on 127.0.0.1, port TAKEN, but the system refused (EADDRINUSE).', 'attune serve DIR/new --port 0 takes any port that is free.'] },
  { what: 'a port that is taken, on the way up', command: 'up DIR/log.csv --data DIR/up-1 --port TAKEN', code: 1,
    says: ['UNAVAILABLE: Expected to listen on 127.0.0.1, port TAKEN', 'attune up DIR/log.csv --data DIR/up-1 --port 0 takes any port that is free.'] },
  { what: 'a workbook to go up from', command: 'up DIR/log.xlsx --data DIR/up-2 --port 0', code: 1,
    says: ['FORMAT_UNSUPPORTED: Expected JSONL, JSON, Parquet, CSV, TSV or a TREC file at DIR/log.xlsx, but it is an Excel workbook (.xlsx) or another ZIP archive. Save the sheet as CSV'] },
  { what: 'a catalogue that is not there', command: 'up DIR/log.csv --catalogue DIR/catalog.csv --data DIR/up-4', code: 1,
    says: ['FILE_NOT_FOUND: Expected a catalogue at DIR/catalog.csv, but there is nothing.'] },
  { what: 'few pairs to go up from', command: 'up DIR/log.csv --model DIR/model --data DIR/up-3 --port 0', code: 1,
    says: ['DATA_TOO_FEW: Expected DIR/log.csv to hold at least 100 pairs', 'On the command line, few is --few.'] },
  { what: 'a port that there is none of', command: 'serve DIR/new --port 99999', code: 2,
    says: ["option '--port <port>' argument '99999' is invalid. Expected a port from 0 (any that is free) to 65535."] },
  { what: 'a collection that is misspelt', command: 'documents import DIR/products.csv --collection shpo --url URL', code: 1,
    says: ['NOT_FOUND: There is no collection "shpo" (did you mean "shop"?).'] },
  { what: 'an address where nothing listens', command: 'collections list --url SILENT', code: 1,
    says: ['UNAVAILABLE: GET /v1/collections', 'Is a server running there? Start one with attune serve DATA, or name its address with --url.'] },
  { what: 'an address that is none', command: 'collections list --url localhost', code: 1,
    says: ['INVALID_ARGUMENT: Expected --url to be an address such as http://127.0.0.1:7400, but received "localhost".'] },
  { what: 'no key to a server that wants one', command: 'collections list --url LOCKED', code: 1,
    says: ['UNAUTHENTICATED:', 'Give the key by the environment variable ATTUNE_KEY; attune keys create DATA makes one.'] },
];

describe('a newcomer', () => {
  it.concurrent.each(wrongInputs)(
    'who gives $what is told what to do',
    async ({ command, code, says }) => {
      const args = command
        .split(' ')
        .map((arg) =>
          arg
            .replace('DIR', folder)
            .replace('LOCKED', locked.url)
            .replace('URL', url)
            .replace('SILENT', silent)
            .replace('TAKEN', String(taken)),
        );
      const { code: ended, out, err } = await attune(args);
      const said = plain(`${err}${out}`);
      for (const sentence of says) expect(said).toContain(sentence);
      expect(said, 'a stack').not.toMatch(/\n\s+at /);
      expect(ended, said).toBe(code);
    },
    120_000,
  );
});
