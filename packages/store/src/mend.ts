import type { Connection } from './connection.js';
import { countAll } from './count-all.js';
import { DamagedRow } from './failures.js';
import { renewIdentity } from './identity.js';
import {
  type IdentityColumns,
  identityColumns,
  readIdentity,
  readTotal,
  type TotalColumns,
  totalColumns,
} from './rows.js';
import { addToTotal } from './totals.js';

/**
 * Makes again what follows from other rows and is damaged: totals, and the identity, by which indexes are then made again too.
 *
 * @returns what was made again, in words
 */
export function mend(connection: Connection): string[] {
  const { file } = connection;
  const totals = connection.all<TotalColumns>(`SELECT ${totalColumns()} FROM totals`);
  const identities = connection.all<IdentityColumns>(`SELECT ${identityColumns()} FROM identity`);
  const mended: string[] = [];
  if (totals.some((row) => isDamaged(() => readTotal(file, row)))) {
    connection.transaction(() => {
      connection.run('DELETE FROM totals');
      for (const [what, count] of countAll(connection)) addToTotal(connection, what, count);
    });
    mended.push('how many rows there are was damaged, and was counted again');
  }
  if (identities.length !== 1 || isDamaged(() => readIdentity(file, identities[0]!))) {
    connection.transaction(() => renewIdentity(connection));
    mended.push('its id was damaged, and it got another: indexes are made again');
  }
  return mended;
}

function isDamaged(read: () => unknown): boolean {
  try {
    read();
    return false;
  } catch (error) {
    if (error instanceof DamagedRow) return true;
    throw error;
  }
}
