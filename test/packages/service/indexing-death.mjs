// A service whose indexing thread ends when a file says so: node indexing-death.mjs DATA FILE
//
// A thread is started with no flags of its parent's, and the indexing thread by another thread. So this file is also what each thread
// loads first: it gives itself on to the threads that its thread starts, and in the indexing thread it looks for the file.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { getEnvironmentData, isMainThread, setEnvironmentData, Worker } from 'node:worker_threads';

createRequire(import.meta.url)('node:worker_threads').Worker = class extends Worker {
  constructor(script, options) {
    super(script, { ...options, execArgv: ['--import', import.meta.url] });
  }
};
syncBuiltinESMExports();

if (isMainThread) {
  setEnvironmentData('end', process.argv[3]);
  await main();
} else if (process.argv[1].endsWith('indexing-thread.js')) {
  const file = getEnvironmentData('end');
  setInterval(() => {
    if (!existsSync(file)) return;
    rmSync(file);
    throw new Error('ended by the test');
  }, 5).unref();
}

async function main() {
  const { Service } = await import('../../../packages/service/dist/index.js');
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
  await until(() => service.ready().ready);
  counts.push(await found());
  await service.close();
  process.stdout.write(`${JSON.stringify({ notes, counts })}\n`);
}
