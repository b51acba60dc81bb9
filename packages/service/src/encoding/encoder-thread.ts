/** The thread of one encoder, for a model that no collection has in service. */
import { Encoder } from '@attune/encode';
import { serve, Transfer } from '@attune/worker';
import { embedBatch } from './embed-batch.js';
import type { EncoderProtocol } from './encoder-protocol.js';

serve<EncoderProtocol>(async (bundle) => {
  const encoder = await Encoder.load(bundle);
  const { fingerprint, dim } = encoder;
  return {
    opened: { fingerprint, dim },
    calls: {
      embed: async (batch) => {
        const reply = await embedBatch(encoder, batch);
        return new Transfer(reply, [reply.vectors.buffer as ArrayBuffer]);
      },
    },
  };
});
