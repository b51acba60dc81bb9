/**
 * The indexing thread of a generation: reads the store, makes segments and hands them to the searching thread, which started it. It has
 * less of the processors than that one, and starts no thread of the core's, which would keep its priority.
 */
import type { TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { buffersOf, SegmentMaker, type SegmentsUpdate } from '@attune/search';
import { lowerThreadPriority, StoreReader } from '@attune/store';
import { serve, Transfer } from '@attune/worker';
import { DocumentEncoder } from './document-encoder.js';
import type { IndexingProtocol } from './indexing-protocol.js';
import { StoreSource } from './store-source.js';

lowerThreadPriority();

serve<IndexingProtocol>(({ release, encoder }, searching) => {
  const { data, collection, lexical, foldRows } = release;

  const checkWanted = () => {
    if (searching.stopFlag.isSet)
      throw new AttuneError(
        'UNAVAILABLE',
        'The collection is being closed, or another release takes its place.',
      );
  };

  const encode = async (tokens: TokenizedTexts) => {
    try {
      return await searching.call('encode', tokens, { transfer: [tokens.ids.buffer as ArrayBuffer] });
    } catch (error) {
      checkWanted(); // it was stopped: whoever waits for this work has cancelled nothing
      throw error;
    }
  };

  const reader = StoreReader.open(data);
  const source = new StoreSource({
    reader,
    collection,
    lexical,
    encoder: new DocumentEncoder(encoder, encode),
    keep: (made) => searching.call('keep', made, { transfer: [made.vectors.buffer as ArrayBuffer] }),
    progress: (done, total) => searching.tell('progress', { done, total }),
    coverage: (coverage) => searching.tell('coverage', coverage),
    note: (message) => searching.tell('note', { level: 'info', message }),
    warn: (message) => searching.tell('note', { level: 'warn', message }),
    checkWanted,
  });
  const columns = { dim: encoder.dim, lexical, checkWanted };
  const maker = new SegmentMaker({ source, columns, foldRows });

  return {
    calls: {
      store: () => ({ id: reader.storeId(), lastSequence: reader.lastSequence(collection) }),
      adopt: (base) => maker.adopt(base),
      rebuild: async () => handedOver(await maker.rebuild()),
      refresh: async (shown) => {
        const update = await maker.refresh(shown);
        return update && handedOver(update);
      },
    },
    close: () => reader.close(),
  };
});

function handedOver(update: SegmentsUpdate): Transfer<SegmentsUpdate> {
  const buffers = update.segments.flatMap(({ columns }) => (columns ? buffersOf(columns) : []));
  return new Transfer(update, buffers);
}
