// A log in any of the languages of npm's emojibase-data (MIT), for what is to be shown of languages that write no blanks:
//
//   npm install emojibase-data@17.0.0 in a folder of its own, then
//   node test/audience/emoji-labels.mjs THAT_FOLDER/node_modules/emojibase-data LANGUAGE LOG.jsonl
//
// Each tag of an emoji is a query, its label the title of the document that was clicked.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@attune/files';

const [data, language, out] = process.argv.slice(2);
if (out === undefined)
  throw new Error('Name the folder of emojibase-data, a language such as zh, and the log to write');

const emoji = JSON.parse(await readFile(join(data, language, 'data.json'), 'utf8'));
const lines = emoji.flatMap(({ hexcode, label, tags = [] }) =>
  label ? tags.map((query) => JSON.stringify({ query, product_id: hexcode, title: label })) : [],
);
await replaceFile(out, `${lines.join('\n')}\n`);
