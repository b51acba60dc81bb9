import { mkdir, rm } from 'node:fs/promises';
import { AttuneError } from '@attune/errors';
import { kindOfPlace } from '@attune/files';

/**
 * Starts a server in a data folder. A folder that was made for a start that is refused is removed.
 *
 * @param command  what people type to start it, for messages
 * @throws {AttuneError} what `start` throws, with what to do about it
 */
export async function startInFolder<Value>(
  data: string,
  start: () => Promise<Value>,
  command = `attune serve ${data}`,
): Promise<Value> {
  // The first folder that had to be made; undefined where all were there. What is wrong with the place, the start says.
  const made = await mkdir(data, { recursive: true }).catch(() => undefined);
  try {
    return await start();
  } catch (error) {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
    throw withAdvice(error, data, command);
  }
}

function withAdvice(error: unknown, data: string, command: string): unknown {
  if (!(error instanceof AttuneError)) return error;
  const advice = {
    INVALID_ARGUMENT: adviceOnOther(data),
    FILE_CORRUPT: `attune verify ${data} lists all damage; attune restore BACKUP --out NEW makes a data folder of a backup.`,
    STORE_LOCKED:
      `Use the server that has it open: attune collections list --url ITS_ADDRESS, which it printed when it started. Or end it, or serve ` +
      'another folder.',
    UNAVAILABLE:
      'Use the server there: attune collections list --url ITS_ADDRESS. Or listen elsewhere: ' +
      `${command} --port 0 takes any port that is free.`,
  }[error.code as string];
  if (advice === undefined) return error;
  return new AttuneError(error.code, `${error.message.replace(/(?<![.?])$/, '.')} ${advice}`, {
    cause: error,
  });
}

/** How the documents or the model of a place that is something else come into a server. */
function adviceOnOther(data: string): string | undefined {
  const kind = kindOfPlace(data);
  const create =
    'attune collections create shop --model NAME, and attune documents import CATALOGUE --collection shop.';
  const begin = 'Name a new folder, and bring in what is to be found: attune serve my-data; then ';
  if (kind === 'file') return begin + create;
  if (kind === 'model') return `${begin}attune models push ${data}, ${create}`;
  if (kind === 'index') return `${begin}attune models push MODEL (that made the index), ${create}`;
  return undefined;
}
