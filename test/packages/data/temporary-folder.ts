import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of this test file alone, removed when its tests have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'attune-data-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let count = 0;

/** Writes files into a new folder inside `folder`. */
export function filesIn(folder: string, files: Record<string, string | Buffer>): string {
  count += 1;
  const inner = join(folder, `case-${count}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(inner, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return inner;
}

export const jsonl = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
