/** From now on this process, and those that it starts, make files that their owner alone can read: data folders, and copies of them. */
export function ownerOnlyFiles(): void {
  process.umask(0o077);
}
