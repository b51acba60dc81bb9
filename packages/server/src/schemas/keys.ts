import { Type } from '@attune/schema/typebox';
import { mostCostPerSecond } from '../keys.js';
import { closed, Name, Time } from './primitives.js';

const Scopes = Type.Array(
  Type.Union([
    Type.Literal('search'),
    Type.Literal('write'),
    Type.Literal('feedback'),
    Type.Literal('import'),
    Type.Literal('train'),
    Type.Literal('metrics'),
    Type.Literal('admin'),
  ]),
  {
    minItems: 1,
    maxItems: 7,
    description:
      'What it opens; `admin` opens everything. `import`, beside `feedback`, lets events tell of searches that were made elsewhere.',
  },
);

const Collections = Type.Union([Type.Array(Name, { minItems: 1, maxItems: 100 }), Type.Null()], {
  description:
    'Names, not aliases, of the collections that it is for; null: all. Such a key has scopes of search, write and feedback, opens what is of these ' +
    'collections alone, and sends events of their searches.',
});

const CostPerSecond = Type.Union([Type.Integer({ minimum: 1, maximum: mostCostPerSecond }), Type.Null()], {
  description:
    'What its requests may cost a second, and ten times as much at once; null: any. 1 is a plain search for 10 hits. What is beyond is answered 429 ' +
    'RATE_LIMITED with Retry-After.',
});

export const CreateKey = Type.Object(
  {
    label: Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
      description: 'What a person calls it.',
    }),
    scopes: Scopes,
    collections: Type.Optional(Collections),
    costPerSecond: Type.Optional(CostPerSecond),
    expiresAt: Type.Optional(Type.Union([Time, Type.Null()])),
  },
  { ...closed, title: 'CreateKey', examples: [{ label: 'shop front', scopes: ['search', 'feedback'] }] },
);

export const Key = Type.Object(
  {
    id: Type.String(),
    createdAt: Time,
    label: Type.String(),
    scopes: Scopes,
    collections: Collections,
    costPerSecond: CostPerSecond,
    expiresAt: Type.Union([Time, Type.Null()]),
    revokedAt: Type.Union([Time, Type.Null()]),
  },
  { title: 'Key', description: 'Everything of a key but its secret.' },
);

export const NewKey = Type.Object(
  {
    key: Type.String({ description: 'The key itself. It is shown here and never again.' }),
    ...Key.properties,
  },
  { title: 'NewKey' },
);

export const TakenBack = Type.Object(
  { count: Type.Integer({ minimum: 0, description: 'Events that counted before.' }) },
  { title: 'TakenBack' },
);

export const KeyParams = Type.Object(
  { id: Type.String({ pattern: '^[0-9a-f]{1,64}$', description: 'As the list of keys shows it.' }) },
  closed,
);
