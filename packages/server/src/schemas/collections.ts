import { Type } from '@attune/schema/typebox';
import { closed, Fingerprint, Name, Time } from './primitives.js';

export const CollectionSummary = Type.Object(
  {
    name: Type.String(),
    createdAt: Time,
    documents: Type.Integer({ description: 'Documents kept.' }),
    indexed: Type.Integer({
      description:
        'Documents that searches see; below `documents` while writes are being indexed. Of a collection that is closed while nobody asks it all: ' +
        'a search waits until it is opened.',
    }),
    withoutText: Type.Union([Type.Integer(), Type.Null()], {
      description:
        'Those of them that have no text: no search finds them. Null until the collection was open.',
    }),
    release: Type.Integer({ description: 'Number of the release in service.' }),
    bundle: Type.String({ description: 'Name of its model.' }),
    fingerprint: Fingerprint,
    dim: Type.Integer({ description: 'Numbers in a vector.' }),
    unknownShare: Type.Union([Type.Number(), Type.Null()], {
      description:
        'Of what the documents say, the share that the model’s vocabulary does not know, 0 to 1, by a sample. Null until it was looked at, ' +
        'which is not done where the index is opened from its files.',
    }),
    notes: Type.Array(Type.String(), {
      description: 'What is to be told of it, such as that its model cannot read the documents.',
    }),
    ready: Type.Boolean({
      description:
        'Whether it answers who asks. Also true where it is closed while nobody asks it; false while its index is being opened at the start of ' +
        'the server, and where it cannot be opened.',
    }),
  },
  { title: 'Collection' },
);

export const CreateCollection = Type.Object(
  {
    name: Name,
    bundle: Type.Optional(Name),
    lexical: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'How words count: settings of the search by words. What is not named comes with each model, else is as usual.',
      }),
    ),
  },
  { ...closed, title: 'CreateCollection', examples: [{ name: 'icons' }] },
);

export const LearningSettings = Type.Object({
  schedule: Type.Union([Type.String({ maxLength: 128 }), Type.Null()], {
    description: 'A cron expression (UTC), or null.',
  }),
  everyJudgedQueries: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
    description:
      'Starts a cycle once events judge this many queries that were not judged before; null: never.',
  }),
  promotion: Type.Union([Type.Literal('automatic'), Type.Literal('byHand')]),
  datasets: Type.Array(Name, { maxItems: 64, description: 'Learned from beside the events.' }),
  actionWeights: Type.Record(Type.String(), Type.Number(), {
    description: 'By action name; what is not named counts for nothing.',
  }),
});

export const Golden = Type.Union([
  Type.Object({ dataset: Name, slice: Type.String({ maxLength: 128 }) }, closed),
  Type.Null(),
]);

export const ConfigureCollection = Type.Object(
  {
    golden: Type.Optional(Golden),
    learning: Type.Optional(Type.Partial(LearningSettings, closed)),
  },
  {
    ...closed,
    title: 'ConfigureCollection',
    examples: [{ learning: { schedule: '0 3 * * *', promotion: 'byHand' } }],
  },
);

export const CollectionSettings = Type.Object(
  {
    createdAt: Time,
    release: Type.Integer(),
    golden: Golden,
    learning: LearningSettings,
    lexical: Type.Optional(
      Type.Unknown({
        description:
          'Settings of the search by words that were given for it; the others come with each model.',
      }),
    ),
  },
  { title: 'CollectionSettings' },
);
