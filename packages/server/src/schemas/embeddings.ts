import { Type } from 'typebox';
import { Name } from './primitives.js';

const Token = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });
const Text = Type.String({ maxLength: 1024 * 1024 });
const maxInputs = 2048;
const maxTokens = 8192;

/** OpenAI's request. What else its clients may send is passed over, as there. */
export const EmbeddingsBody = Type.Object(
  {
    model: Name,
    input: Type.Union(
      [
        Text,
        Type.Array(Text, { minItems: 1, maxItems: maxInputs }),
        Type.Array(Token, { minItems: 1, maxItems: maxTokens }),
        Type.Array(Type.Array(Token, { minItems: 1, maxItems: maxTokens }), {
          minItems: 1,
          maxItems: maxInputs,
        }),
      ],
      { description: 'A text, texts, the tokens of a text, or those of several.' },
    ),
    dimensions: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Refused unless it is the model’s own number.' }),
    ),
    encoding_format: Type.Optional(Type.Union([Type.Literal('float'), Type.Literal('base64')])),
    user: Type.Optional(Type.String({ maxLength: 256 })),
    role: Type.Optional(
      Type.Union([Type.Literal('query'), Type.Literal('document')], {
        description: 'Which side of a search the texts are on; document unless it is given.',
      }),
    ),
  },
  { examples: [{ model: 'attune-base-en', input: ['desk lamp', 'standing lamp'] }] },
);

export const EmbeddingsResult = Type.Object(
  {
    object: Type.Literal('list'),
    data: Type.Array(
      Type.Object({
        object: Type.Literal('embedding'),
        index: Type.Integer(),
        embedding: Type.Union([
          Type.Array(Type.Number()),
          Type.String({ description: 'Base64 of little-endian float32.' }),
        ]),
      }),
    ),
    model: Type.String(),
    usage: Type.Object({ prompt_tokens: Type.Integer(), total_tokens: Type.Integer() }),
  },
  { title: 'Embeddings' },
);

export const Model = Type.Object(
  {
    id: Type.String(),
    object: Type.Literal('model'),
    created: Type.Integer({ description: 'Seconds since 1970.' }),
    owned_by: Type.String(),
    kind: Type.Union([Type.Literal('static'), Type.Literal('transformer')]),
    dim: Type.Integer(),
    fingerprint: Type.String(),
    base: Type.Union([Type.String(), Type.Null()], { description: 'The model that it was trained from.' }),
    job: Type.Union([Type.String(), Type.Null()], { description: 'The job that made it.' }),
  },
  { title: 'Model' },
);

export const ModelList = Type.Object({ object: Type.Literal('list'), data: Type.Array(Model) });

export const ModelParams = Type.Object({ model: Name });
