import { seal } from '@attune/files';

/** JSON that says what it holds, made to say it again after a change. What is no such JSON stays as it is. */
export function resealed(bytes: Buffer): Buffer {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return bytes;
    return Buffer.from(JSON.stringify({ ...value, sha256: seal(value) }));
  } catch {
    return bytes;
  }
}
