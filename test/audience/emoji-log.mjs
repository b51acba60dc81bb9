// What people call the emoji of a language, as a log: each tag is a query, the label its document's title, the hexcode the id.
//
//   node test/audience/emoji-log.mjs EMOJIBASE LANGUAGE OUT      such as: node_modules/emojibase-data ja ja.jsonl
//
// EMOJIBASE is the folder of the npm package emojibase-data (MIT).
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [emojibase, language, out] = process.argv.slice(2);
if (out === undefined)
  throw new Error('Name the folder of emojibase-data, a language, and the log to write.');

const emoji = JSON.parse(await readFile(join(emojibase, language, 'data.json'), 'utf8'));
const rows = emoji.flatMap(({ hexcode: id, label: title, tags = [] }) =>
  tags.map((query) => ({ query, id, title })),
);
await writeFile(out, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
process.stderr.write(`${out}: ${rows.length} rows of ${emoji.length} emoji\n`);
