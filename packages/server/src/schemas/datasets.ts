import { Type } from '@attune/schema/typebox';
import { closed, Name, Time } from './primitives.js';

export const DatasetParams = Type.Object({ dataset: Name }, closed);

export const DatasetFileParams = Type.Object(
  {
    dataset: Name,
    file: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
      description:
        'Ends in .jsonl, .ndjson, .json, .csv, .tsv, .qrels, .ignore or .txt, each with .gz or without; or in .parquet.',
      examples: ['queries.jsonl'],
    }),
  },
  closed,
);

export const Dataset = Type.Object(
  {
    name: Type.String(),
    createdAt: Time,
    files: Type.Array(
      Type.Object({
        name: Type.String(),
        bytes: Type.Integer(),
        sha256: Type.String({ description: 'In hex.' }),
      }),
    ),
    verdict: Type.Union([Type.Literal('pass'), Type.Literal('warn'), Type.Literal('fail'), Type.Null()], {
      description: 'Of the last validation; null when the files changed since.',
    }),
  },
  { title: 'Dataset' },
);

export const ValidationReport = Type.Object(
  {},
  { additionalProperties: true, title: 'ValidationReport', description: 'What the last validation found.' },
);
