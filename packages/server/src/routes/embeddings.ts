import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { AttuneError } from '@attune/errors';
import type { Static } from '@attune/schema/typebox';
import { checkCollection } from '../bound-keys.js';
import { costOfTexts } from '../cost.js';
import { HttpError } from '../errors.js';
import { base64OfFloat32 } from '../float32-base64.js';
import { MiB, type ServerApp } from '../route.js';
import { EmbeddingsBody, EmbeddingsResult } from '../schemas/embeddings.js';
import { sendWritten } from '../written.js';

/** Vectors in base64 are sent as one text: they are held as numbers, as the texts of each, and as the body. */
const base64Copies = 4;

/** Numbers that are written as JSON before others have their turn: about a millisecond. */
const numbersInOneTurn = 8192;

export async function embeddingRoutes(app: ServerApp): Promise<void> {
  app.route({
    method: 'POST',
    url: '/v1/embeddings',
    config: {
      scope: 'search',
      bodyLimit: 4 * MiB,
      cost: 'body',
      timeoutMs: 60_000,
      errors: 'openai',
      checksCollections: true,
    },
    schema: {
      operationId: 'createEmbeddings',
      tags: ['embeddings'],
      summary: 'Vectors of texts, in the shape of OpenAI’s API',
      body: EmbeddingsBody,
      response: { 200: EmbeddingsResult },
    },
    handler: async (request, reply) => {
      const { model, input, dimensions, encoding_format = 'float', token_input } = request.body;
      checkCollection(request.key, app.service.collectionName(model) ?? model);
      if (isTokens(input) && token_input !== 'own') throw foreignTokens(model);
      const texts = textsOf(input);
      request.cost?.add(costOfTexts(countOf(texts)));
      const { vectors, dim, tokens, unknownTokens } = await app.service.embed(
        model,
        texts,
        roleOf(request.body),
        {
          signal: request.lifetime.signal,
        },
      );
      if (dimensions !== undefined && dimensions !== dim) {
        throw new AttuneError(
          'INVALID_ARGUMENT',
          `Expected dimensions to be ${dim}, the model’s own, or to be left out, but received ${dimensions}: a part of these ` +
            'vectors has not been trained to stand alone.',
        );
      }
      request.memory.add(vectors.byteLength * (encoding_format === 'base64' ? base64Copies : 1));
      const count = vectors.length / dim;
      app.metrics.embedded(count, tokens);
      const parts = partsOf(vectors, dim, encoding_format, {
        model,
        usage: usageOf({ tokens, unknownTokens }),
      });
      if (vectors.length <= numbersInOneTurn || encoding_format === 'base64') {
        return sendWritten(reply, [...parts].join(''));
      }
      return sendWritten(reply, Readable.from(inTurns(parts, Math.ceil(numbersInOneTurn / dim))));
    },
  });
}

type Body = Static<typeof EmbeddingsBody>;

const isQuery: ReadonlySet<string> = new Set(['query', 'search_query', 'retrieval.query']);

function roleOf({ input_type, task }: Pick<Body, 'input_type' | 'task'>): 'query' | 'document' {
  return isQuery.has(input_type ?? task ?? 'document') ? 'query' : 'document';
}

const isTokens = (input: Body['input']): boolean => typeof input !== 'string' && typeof input[0] !== 'string';

/** The numbers of another tokeniser are other words of this one: their vectors would be wrong, and nobody would know. */
function foreignTokens(model: string): HttpError {
  const detail =
    'expected to be texts, but received tokens, which are numbers of another model’s tokeniser as a rule. LangChain for Python sends ' +
    'texts with OpenAIEmbeddings(…, check_embedding_ctx_length=False). Where they are numbers of the tokeniser of ' +
    `${model}, say so with "token_input": "own"`;
  return new HttpError(
    400,
    'INVALID_ARGUMENT',
    `Expected /input of the body ${detail.slice('expected '.length)}.`,
    {
      findings: [{ pointer: '/input', detail }],
    },
  );
}

function textsOf(input: Body['input']): readonly string[] | { ids: Int32Array; offsets: Uint32Array } {
  if (typeof input === 'string') return [input];
  if (typeof input[0] === 'string') return input as string[];
  const lists = typeof input[0] === 'number' ? [input as number[]] : (input as number[][]);
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = offsets[i]! + list.length;
  return { ids: Int32Array.from(lists.flat()), offsets };
}

const countOf = (texts: ReturnType<typeof textsOf>): number =>
  'offsets' in texts ? texts.offsets.length - 1 : texts.length;

const usageOf = ({ tokens, unknownTokens }: { tokens: number; unknownTokens: number }) => ({
  prompt_tokens: tokens,
  total_tokens: tokens,
  ...(unknownTokens > 0 && { unknown_tokens: unknownTokens }),
});

/** The body in pieces: its head, a piece for each vector, its end. */
function* partsOf(
  vectors: Float32Array,
  dim: number,
  format: 'float' | 'base64',
  { model, usage }: { model: string; usage: Static<typeof EmbeddingsResult>['usage'] },
): Generator<string> {
  yield '{"object":"list","data":[';
  for (let i = 0; i * dim < vectors.length; ++i) {
    const vector = vectors.subarray(i * dim, (i + 1) * dim);
    const embedding = format === 'base64' ? `"${base64OfFloat32(vector)}"` : `[${vector.join(',')}]`;
    yield `${i === 0 ? '' : ','}{"object":"embedding","index":${i},"embedding":${embedding}}`;
  }
  yield `],"model":${JSON.stringify(model)},"usage":${JSON.stringify(usage)}}`;
}

/** Lets the event loop turn after every few pieces, so that a large answer holds nobody up. */
async function* inTurns(parts: Iterable<string>, partsInOneTurn: number): AsyncGenerator<string> {
  let held: string[] = [];
  for (const part of parts) {
    held.push(part);
    if (held.length >= partsInOneTurn) {
      yield held.join('');
      held = [];
      await setImmediate();
    }
  }
  yield held.join('');
}
