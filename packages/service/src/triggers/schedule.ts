import { AttuneError } from '@attune/errors';
import { Cron } from 'croner';

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkSchedule(expression: string): void {
  try {
    new Cron(expression, { timezone: 'UTC', paused: true }).stop();
  } catch (cause) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected a schedule to be a cron expression (in UTC) such as "0 3 * * *", but received ${JSON.stringify(expression.slice(0, 80))}: ` +
        `${(cause as Error).message}`,
      { cause },
    );
  }
}

/**
 * Calls `fire` at the times of a cron expression, in UTC. Times that pass while the server is down are passed over.
 *
 * @returns a function that ends this
 */
export function schedule(expression: string, fire: () => void): () => void {
  const cron = new Cron(expression, { timezone: 'UTC', unref: true }, fire);
  return () => cron.stop();
}
