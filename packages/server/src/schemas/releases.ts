import { Type } from '@attune/schema/typebox';
import { CollectionParams, closed, Fingerprint, Name, Precision, Time } from './primitives.js';

export const Release = Type.Object(
  {
    number: Type.Integer({ description: 'Counts from 1 within its collection.' }),
    createdAt: Time,
    bundle: Type.String({ description: 'Name of its model.' }),
    fingerprint: Fingerprint,
    precision: Precision,
    lexical: Type.Unknown({ description: 'How words count.' }),
    reason: Type.Union(
      [Type.Literal('first'), Type.Literal('gate'), Type.Literal('hand'), Type.Literal('rollback')],
      { description: 'Why it is there.' },
    ),
    of: Type.Union([Type.String(), Type.Null()], {
      description: 'The decision that promoted it, or the number of the release that was gone back to.',
    }),
  },
  { title: 'Release', description: 'Model, preprocessing and the way words count, in service as one.' },
);

export const ListedRelease = Type.Object(
  { ...Release.properties, serving: Type.Boolean({ description: 'Whether it answers searches now.' }) },
  { title: 'ListedRelease' },
);

export const Promoted = Type.Object(
  {
    ...Release.properties,
    notes: Type.Array(Type.String(), {
      description: 'What is to be told of it, such as how much of the documents the model does not know.',
    }),
  },
  { title: 'PromotedRelease' },
);

export const Promotion = Type.Object(
  {
    model: Name,
    anyway: Type.Optional(
      Type.Boolean({
        description:
          'Also where the model knows less than half of what the documents say, which is refused else.',
      }),
    ),
  },
  { ...closed, title: 'Promotion', examples: [{ model: 'icons-tuned' }] },
);

export const Decision = Type.Object(
  {
    id: Type.String(),
    createdAt: Time,
    job: Type.String({ description: 'The cycle that came to it.' }),
    candidate: Type.String({ description: 'Name of the model.' }),
    verdict: Type.Union([Type.Literal('promote'), Type.Literal('refuse'), Type.Literal('no decision')]),
    report: Type.Unknown({ description: 'The gate’s checks, with every number that they rest on.' }),
  },
  { title: 'Decision' },
);

export const DecisionParams = Type.Object(
  {
    ...CollectionParams.properties,
    decision: Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
  },
  closed,
);
