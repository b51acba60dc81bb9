/**
 * The indexing thread of a generation: reads the store, makes segments and hands them to the searching thread, which started it. It has
 * less of the processors than that one, and starts no thread of the core's, which would keep its priority.
 */
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import type { TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { buffersOf, SegmentMaker, type SegmentsUpdate } from '@attune/search';
import { lowerThreadPriority, StoreReader } from '@attune/store';
import { plainError } from './answer-batch.js';
import { DocumentEncoder } from './document-encoder.js';
import type {
  FromIndexing,
  IndexingReplies,
  IndexingRequest,
  IndexingStart,
  ToIndexing,
  Wish,
  WishReplies,
} from './indexing-messages.js';
import { Pending } from './pending.js';
import { StoreSource } from './store-source.js';
import { errorOf } from './thread-link.js';

lowerThreadPriority();

const port = parentPort!;
const { release, encoder, stop } = workerData as IndexingStart;
const stopFlag = new Int32Array(stop);
const post = (message: FromIndexing, transfer: TransferListItem[] = []) =>
  port.postMessage(message, transfer);

/** What the searching thread was asked for. */
const wishes = new Pending();

function ask<Kind extends Wish['kind']>(
  wish: Extract<Wish, { kind: Kind }>,
  transfer: TransferListItem[],
): Promise<WishReplies[Kind]> {
  return wishes.ask((id) => post({ kind: 'wish', id, wish }, transfer));
}

function checkWanted(): void {
  if (Atomics.load(stopFlag, 0) !== 0)
    throw new AttuneError('CANCELLED', 'The collection is being closed, or another release takes its place.');
}

function open(): { reader: StoreReader; maker: SegmentMaker } {
  const { collection, lexical, foldRows } = release;
  const reader = StoreReader.open(release.data);
  const source = new StoreSource({
    reader,
    collection,
    lexical,
    encoder: new DocumentEncoder(encoder, (tokens: TokenizedTexts) =>
      ask({ kind: 'encode', tokens }, [tokens.ids.buffer as ArrayBuffer]),
    ),
    keep: async (made) => {
      await ask({ kind: 'keep', made }, [made.vectors.buffer as ArrayBuffer]);
    },
    progress: (done, total) => post({ kind: 'progress', done, total }),
    checkWanted,
  });
  const columns = { dim: encoder.dim, lexical, checkWanted };
  return { reader, maker: new SegmentMaker({ source, columns, foldRows }) };
}

let opened: ReturnType<typeof open> | undefined;

function serve(request: IndexingRequest): Promise<SegmentsUpdate | undefined> | undefined {
  if (request.kind === 'close') {
    opened?.reader.close();
    return undefined;
  }
  opened ??= open();
  switch (request.kind) {
    case 'adopt':
      opened.maker.adopt(request.base);
      return undefined;
    case 'rebuild':
      return opened.maker.rebuild();
    case 'refresh':
      return opened.maker.refresh(request.shown);
  }
}

const transfersOf = (value: IndexingReplies[keyof IndexingReplies]): ArrayBuffer[] =>
  value?.segments.flatMap(({ columns }) => (columns ? buffersOf(columns) : [])) ?? [];

port.on('message', async (message: ToIndexing) => {
  if ('wish' in message) {
    if ('error' in message) wishes.reject(message.wish, errorOf(message.error));
    else wishes.resolve(message.wish, message.value);
    return;
  }
  const { id, request } = message;
  try {
    const value = await serve(request);
    post({ kind: 'answer', id, value }, transfersOf(value));
  } catch (error) {
    post({ kind: 'refusal', id, error: plainError(error) });
  }
  // Nothing is left to do then: the thread ends by itself.
  if (request.kind === 'close') port.close();
});
