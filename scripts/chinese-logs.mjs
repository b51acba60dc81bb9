// Writes two Chinese logs to judge models by, from packages of npm: the tags of emoji as queries for their labels, and those of IconPark's icons
// for their titles: node scripts/chinese-logs.mjs FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { npmSource } from './npm-source.mjs';

const cache = join(process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune'), 'chinese-logs');

async function records(source, file) {
  return JSON.parse(readFileSync(join(await npmSource(cache, source, file), file), 'utf8'));
}

const emoji = await records('emojibase-data@17.0.0', 'zh/data.json');
const icons = await records('@icon-park/svg@1.4.2', 'icons.json');
const logs = {
  'emoji-zh': emoji.map(({ hexcode, label, tags = [] }) => ({ id: hexcode, title: label, tags })),
  'icon-park': icons.map(({ name, title, tag = [] }) => ({ id: name, title, tags: tag })),
};

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: node scripts/chinese-logs.mjs FOLDER\n');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
for (const [name, documents] of Object.entries(logs)) {
  const rows = documents.flatMap(({ id, title, tags }) =>
    tags.map((tag) => JSON.stringify({ query: String(tag), product_id: id, title })),
  );
  writeFileSync(join(folder, `${name}.jsonl`), `${rows.join('\n')}\n`);
  process.stdout.write(`${join(folder, `${name}.jsonl`)}: ${rows.length} rows\n`);
}
