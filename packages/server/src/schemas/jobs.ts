import { defaultTier, tierNames } from '@attune/schema';
import { type Static, Type } from '@attune/schema/typebox';
import { closed, Name, PageQuery, Time } from './primitives.js';

const Seed = Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 }));

/** Models that are found by name may have capitals. Never a path. */
const BaseModel = Type.Optional(
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$',
    description: 'A registered model, or one that is found by its name.',
  }),
);

const ValidateJob = Type.Object(
  { kind: Type.Literal('validate'), dataset: Name },
  { ...closed, title: 'ValidateJob', description: 'Checks a dataset; its report lies beside it.' },
);

const TrainJob = Type.Object(
  {
    kind: Type.Literal('train'),
    dataset: Name,
    name: Name,
    base: BaseModel,
    teacher: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}$',
        description:
          'Instead of a `base`: a model, such as a transformer that was tuned on the same dataset, of which the base of the tier `static` is made.',
      }),
    ),
    tier: Type.Optional(
      Type.Union(
        tierNames.map((name) => Type.Literal(name)),
        {
          description: `\`${defaultTier}\` unless it is given. \`transformer\` needs a \`base\`.`,
        },
      ),
    ),
    seed: Seed,
    epochs: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_080,
        description:
          'Plans a training of the tier `transformer` so that it ends in time; the other tiers refuse it.',
      }),
    ),
    acceptErrors: Type.Optional(
      Type.Boolean({
        description: 'Learns from a dataset whose validation failed, without the rows that it rejected.',
      }),
    ),
    few: Type.Optional(Type.Boolean({ description: 'Learns from fewer than 100 pairs too.' })),
    anyway: Type.Optional(
      Type.Boolean({
        description: 'Learns although the base knows less than half of what documents or queries say.',
      }),
    ),
  },
  {
    ...closed,
    title: 'TrainJob',
    description:
      'Tunes a model on a dataset, and registers it as `name`. With the `base` `none` it begins with a vocabulary and vectors made of the ' +
      'documents and training queries: for a language that no model at hand reads.',
  },
);

const EvaluateJob = Type.Object(
  {
    kind: Type.Literal('evaluate'),
    dataset: Name,
    model: Name,
    base: BaseModel,
    collection: Type.Optional(Name),
  },
  {
    ...closed,
    title: 'EvaluateJob',
    description: 'Judges a registered model on a dataset, beside BM25, both fused, and `base`.',
  },
);

const CycleJob = Type.Object(
  {
    kind: Type.Literal('cycle'),
    collection: Name,
    seed: Seed,
    dryRun: Type.Optional(Type.Boolean({ description: 'Decides, and promotes nothing.' })),
  },
  {
    ...closed,
    title: 'CycleJob',
    description: 'Learns from a collection’s events, and promotes what passes the gate.',
  },
);

export const JobRequest = Type.Union([ValidateJob, TrainJob, EvaluateJob, CycleJob], {
  title: 'JobRequest',
  examples: [{ kind: 'train', dataset: 'icons', name: 'icons-tuned', seed: 1 }],
});

export const JobKind = Type.Union([
  Type.Literal('train'),
  Type.Literal('evaluate'),
  Type.Literal('cycle'),
  Type.Literal('validate'),
]);

/** As the service makes them: their order is that of their making. */
export const JobId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
  description: 'Of the job, as its start answered.',
  examples: ['20260101-120000-000'],
});

export const JobParams = Type.Object({ job: JobId }, closed);

export const JobsQuery = Type.Object({ ...PageQuery.properties, kind: Type.Optional(JobKind) }, closed);

export const Job = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    request: Type.Unknown({ description: 'What was asked.' }),
    state: Type.Union([
      Type.Literal('waiting'),
      Type.Literal('running'),
      Type.Literal('finished'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
    ]),
    step: Type.String({ description: 'What it is doing, in words.', examples: ['training'] }),
    progress: Type.Number({ minimum: 0, maximum: 1, description: 'Of this step.' }),
    attempts: Type.Integer({ description: 'Starts of it: above 1 after a restart in its middle.' }),
    createdAt: Time,
    startedAt: Type.Union([Time, Type.Null()]),
    finishedAt: Type.Union([Time, Type.Null()]),
    result: Type.Unknown({ description: 'By kind; null until it is finished.' }),
    error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]),
  },
  { title: 'Job' },
);

export const LastEventHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ maxLength: 64, description: 'The `id` of the last event that was seen.' }),
  ),
});

export type JobRequest = Static<typeof JobRequest>;
