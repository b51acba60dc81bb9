import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.js';
import { identityCrc } from './rows.js';

/** Makes a store another than the one it is a copy of, so that what follows from either is not taken for what follows from the other. */
export function renewIdentity(connection: Connection): void {
  const id = randomUUID();
  connection.run('DELETE FROM identity');
  connection.run('INSERT INTO identity (id, crc) VALUES (?, ?)', id, identityCrc(id));
}
