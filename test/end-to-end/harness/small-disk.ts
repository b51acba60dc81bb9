/** A disk of a few megabytes that a test may fill and set read-only: a tmpfs, which only root can mount. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SmallDisk {
  readonly folder: string;
  readonly #filler: string;

  constructor(megabytes: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'attune-disk-'));
    this.#filler = join(this.folder, 'filler');
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder], {
      stdio: 'pipe',
    });
  }

  /** Whether this process may mount one. */
  static possible(): boolean {
    try {
      new SmallDisk(1).remove();
      return true;
    } catch {
      return false;
    }
  }

  /** Takes all space that is left. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      for (const size of [1 << 20, 1 << 12, 1]) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.#filler, { force: true });
  }

  setReadOnly(readOnly: boolean): void {
    const mode = readOnly ? 'remount,ro' : 'remount,rw';
    execFileSync('mount', ['-o', mode, this.folder], { stdio: 'pipe' });
  }

  remove(): void {
    try {
      execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
    } catch {
      // Not mounted: there was no right to.
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
