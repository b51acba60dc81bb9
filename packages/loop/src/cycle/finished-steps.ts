import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, removeLeftovers, replaceFile } from '@attune/files';

/**
 * Finished steps of one piece of work, a file each: written under another name, synced, renamed, so that a step is done or not,
 * wherever the process was killed.
 */
export class FinishedSteps {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Opens the folder. What lies there of work with another `key` is removed first.
   *
   * @param key  all that the steps' results depend on
   */
  static async open(folder: string, key: unknown): Promise<FinishedSteps> {
    await makeFolder(folder);
    await removeLeftovers(folder);
    const steps = new FinishedSteps(folder);
    const wanted = createHash('sha256').update(JSON.stringify(key)).digest('hex');
    const found = await steps.#read<{ key: string }>('work.json');
    if (found?.key !== wanted) {
      await rm(folder, { recursive: true, force: true });
      await makeFolder(folder);
      await steps.write('work.json', { key: wanted });
    }
    return steps;
  }

  /** What the step of this name gave, now or at an earlier run. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const file = `${name}.json`;
    const before = await this.#read<T>(file);
    if (before !== undefined) return before;
    const result = await work();
    await this.write(file, result);
    return result;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, value: unknown): Promise<void> {
    await this.writeText(name, [`${JSON.stringify(value, packed)}\n`]);
  }

  async writeText(name: string, parts: Iterable<string>): Promise<void> {
    await replaceFile(this.path(name), parts);
  }

  async #read<T>(name: string): Promise<T | undefined> {
    if (!existsSync(this.path(name))) return undefined;
    return JSON.parse(await readFile(this.path(name), 'utf8'), unpacked) as T;
  }
}

// Maps and arrays of doubles are what steps hold beside plain JSON.
function packed(this: unknown, _key: string, value: unknown): unknown {
  if (value instanceof Map) return { $map: [...value] };
  if (value instanceof Float64Array) return { $float64: [...value] };
  return value;
}

function unpacked(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { $map, $float64 } = value as { $map?: [unknown, unknown][]; $float64?: number[] };
  if (Array.isArray($map)) return new Map($map);
  return Array.isArray($float64) ? Float64Array.from($float64) : value;
}
