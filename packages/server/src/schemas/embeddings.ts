import { Type } from '@attune/schema/typebox';
import { closed, Name, Precision } from './primitives.js';

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
      {
        description: 'A text, or texts. With `token_input`, also the tokens of a text, or those of several.',
      },
    ),
    dimensions: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Refused unless it is the model’s own number.' }),
    ),
    encoding_format: Type.Optional(Type.Union([Type.Literal('float'), Type.Literal('base64')])),
    user: Type.Optional(Type.String({ maxLength: 256 })),
    input_type: Type.Optional(
      Type.Union(
        [
          Type.Literal('query'),
          Type.Literal('document'),
          Type.Literal('search_query'),
          Type.Literal('search_document'),
          Type.Literal('passage'),
        ],
        {
          description:
            'Which side of a search the texts are on: `query`, or `document`, which it is unless it is given. The other words are those of ' +
            'other APIs for the same.',
        },
      ),
    ),
    task: Type.Optional(
      Type.Union([Type.Literal('retrieval.query'), Type.Literal('retrieval.passage')], {
        description: 'Says what `input_type` says, in the words of Jina’s API.',
      }),
    ),
    token_input: Type.Optional(
      Type.Literal('own', {
        description:
          'Says that tokens in `input` are numbers of this model’s own tokeniser. Without it they are refused, because those that clients ' +
          'of OpenAI send are numbers of another.',
      }),
    ),
  },
  { title: 'EmbeddingsBody', examples: [{ model: 'attune-base-en', input: ['desk lamp', 'standing lamp'] }] },
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
    usage: Type.Object({
      prompt_tokens: Type.Integer(),
      total_tokens: Type.Integer(),
      unknown_tokens: Type.Optional(
        Type.Integer({
          description:
            'Those that stand for what the model’s vocabulary does not have; absent where there is none.',
        }),
      ),
    }),
  },
  { title: 'Embeddings' },
);

const CarriedSearch = Type.Object(
  {
    settings: Type.Unknown({ description: 'Settings of the search by words and its weight.' }),
    choices: Type.Array(
      Type.Object({
        what: Type.String(),
        chosen: Type.String(),
        metric: Type.String(),
        on: Type.String({ description: 'On which queries.' }),
        queryCount: Type.Integer(),
        tried: Type.Integer({ description: 'How many were tried.' }),
      }),
      { description: 'What each setting was chosen by.' },
    ),
  },
  { title: 'CarriedSearch' },
);

export const Model = Type.Object(
  {
    id: Type.String(),
    object: Type.Literal('model'),
    created: Type.Integer({ description: 'Seconds since 1970.' }),
    owned_by: Type.String(),
    model: Type.String({
      description:
        'The model that answers under this name: itself, or the one in service in the collection or alias of that name.',
    }),
    kind: Type.Union([Type.Literal('static'), Type.Literal('transformer')]),
    precision: Precision,
    dim: Type.Integer(),
    fingerprint: Type.String(),
    base: Type.Union([Type.String(), Type.Null()], { description: 'The model that it was trained from.' }),
    job: Type.Union([Type.String(), Type.Null()], { description: 'The job that made it.' }),
    search: Type.Union([CarriedSearch, Type.Null()], {
      description: 'How words count beside it, unless a collection has its own settings; null: as usual.',
    }),
  },
  { title: 'Model' },
);

export const ModelList = Type.Object(
  { object: Type.Literal('list'), data: Type.Array(Model) },
  { title: 'ModelList' },
);

export const ModelParams = Type.Object({ model: Name });

export const PushModelQuery = Type.Object({ name: Name }, closed);
