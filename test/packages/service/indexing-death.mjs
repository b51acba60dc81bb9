// A service whose indexing thread ends when a file says so: node --import ENDS_IT indexing-death.mjs DATA FILE
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Service } from '../../../packages/service/dist/index.js';

const [folder, file] = process.argv.slice(2);
const notes = [];
const log = (level, message) => level === 'error' && notes.push(message);
const service = await Service.open(folder, { log });
const until = async (holds) => {
  while (!holds()) await sleep(5);
};
const write = (id) =>
  service.write('shop', [{ op: 'upsert', id, fields: { title: 'oak lamp' } }], { refresh: true });
const found = () =>
  service.search('shop', { text: 'lamp', limit: 9 }).then(
    ({ count }) => count,
    ({ code, message }) => `${code}: ${message}`,
  );
const end = async () => {
  const deaths = notes.length;
  writeFileSync(file, '');
  await until(() => notes.length > deaths && !existsSync(file));
};

await service.createCollection('shop');
await write('1');
const counts = [await found()];
await end();
await until(() => service.ready().ready);
counts.push(await found());
await write('2');
counts.push(await found());
await end();
counts.push(await found());
await service.close();
process.stdout.write(`${JSON.stringify({ notes, counts })}\n`);
