/** The searching thread of one release of one collection, which holds nothing else; or an encoder alone. */
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { copyBundle, Encoder, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { answerBatch, plainError } from './answer-batch.js';
import { embedBatch } from './embed.js';
import type {
  FromThread,
  GenerationState,
  MadeVectors,
  PlainError,
  Replies,
  Request,
  ThreadStart,
  ToThread,
} from './messages.js';
import { ReleaseIndex } from './release-index.js';

const port = parentPort!;
const start = workerData as ThreadStart;
const closing = new AbortController();
const post = (message: FromThread, transfer: TransferListItem[] = []) => port.postMessage(message, transfer);
const note = (level: 'info' | 'warn', message: string) => post({ kind: 'note', level, message });

/** Vectors on their way to the store, by number. */
const keeping = new Map<number, () => void>();
let keptCount = 0;

function keep(made: MadeVectors): Promise<void> {
  const id = ++keptCount;
  const { fingerprint } = start.release!;
  return new Promise((resolve) => {
    keeping.set(id, resolve);
    post({ kind: 'vectors', id, fingerprint, made }, [made.vectors.buffer as ArrayBuffer]);
  });
}

interface Held {
  encoder: Encoder;
  index: ReleaseIndex | undefined;
}

async function copyTo(folder: string, fingerprint: string): Promise<void> {
  await copyBundle(await readBundle(start.bundle), folder);
  const copy = await readBundle(folder);
  if (copy.fingerprint !== fingerprint)
    throw new AttuneError('BUNDLE_MISMATCH', 'The bundle changed while it was copied in.');
}

async function open(): Promise<Held> {
  const encoder = await Encoder.load(start.bundle);
  if (start.copyTo !== undefined) await copyTo(start.copyTo, encoder.fingerprint);
  const { release } = start;
  const progress = (done: number, total: number) => post({ kind: 'progress', done, total });
  const died = (reason: string) => {
    // Neither thread is of use without the other.
    throw new AttuneError('UNAVAILABLE', `its indexing thread has ended: ${reason}`);
  };
  const outside = { note, keep, progress, died, stop: start.stop, signal: closing.signal };
  const index = release && (await ReleaseIndex.open(release, encoder, outside));
  return { encoder, index };
}

function stateOf({ encoder, index }: Held): GenerationState {
  if (index) return index.state;
  const { fingerprint, dim, bundle } = encoder;
  return { fingerprint, kind: bundle.kind, dim, sequence: 0, documents: 0, baseRows: 0, tailRows: 0 };
}

async function serve(held: Held, request: Request): Promise<Replies[keyof Replies]> {
  const { encoder, index } = held;
  switch (request.kind) {
    case 'embed':
      return embedBatch(encoder, request.batch);
    case 'search':
      return answerBatch(index!.view, encoder, start.release!.lexical.fusionWeight, request.batch);
    case 'refresh':
      await index!.refresh();
      return index!.state;
    case 'close':
      await index?.close(request.save);
      return undefined;
  }
}

const transfersOf = (value: Replies[keyof Replies]): TransferListItem[] =>
  value !== undefined && 'vectors' in value ? [value.vectors.buffer as ArrayBuffer] : [];

/** Nothing here is cancelled but by the end of the thread, and whoever waits for an answer then has cancelled nothing. */
function refusalOf(error: unknown): PlainError {
  const plain = plainError(error);
  return plain.code === 'CANCELLED' ? { ...plain, code: 'UNAVAILABLE' } : plain;
}

const opening = open();
opening.then(
  (held) => post({ kind: 'opened', state: stateOf(held) }),
  (error: unknown) => post({ kind: 'failed', error: refusalOf(error) }),
);

port.on('message', async (message: ToThread) => {
  if ('kept' in message) {
    const { kept, error } = message;
    if (error) note('warn', `Vectors were not kept (${error.code}): ${error.message}`);
    keeping.get(kept)?.();
    keeping.delete(kept);
    return;
  }
  const { id, request } = message;
  // What is under way has its time when it is to be saved, else none.
  if (request.kind === 'close')
    setTimeout(() => closing.abort(), request.save ? request.withinMs : 0).unref();
  try {
    const value = await serve(await opening, request);
    post({ kind: 'answer', id, value }, transfersOf(value));
  } catch (error) {
    post({ kind: 'refusal', id, error: refusalOf(error) });
  }
  // Nothing is left to do then: the thread ends by itself.
  if (request.kind === 'close') port.close();
});
