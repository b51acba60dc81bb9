import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from '@attune/store';
import { expect, it } from 'vitest';

/** Threads of this process with a priority, but for those that the SQLite library starts for itself. */
function threadsAt(priority: number): number {
  return readdirSync('/proc/self/task').filter((task) => {
    const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
    const [name, rest] = [
      stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      stat.slice(stat.lastIndexOf(')') + 2),
    ];
    return !name.startsWith('tokio') && Number(rest.split(' ')[16]) === priority;
  }).length;
}

it.runIf(process.platform === 'linux')('the thread that writes has a lower priority, alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'attune-priority-'));
  const usual = getPriority();
  const before = threadsAt(usual + 10);
  const store = await Store.open(folder, { create: true });
  try {
    await store.countEvents();
    expect(threadsAt(usual + 10) - before).toBe(1);
    expect(getPriority()).toBe(usual);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
