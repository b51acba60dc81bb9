import { Type } from '@attune/schema/typebox';

export const Problem = Type.Object(
  {
    type: Type.String({ examples: ['urn:attune:error:NOT_FOUND'] }),
    title: Type.String({ examples: ['Not Found'] }),
    status: Type.Integer({ examples: [404] }),
    detail: Type.String({ description: 'What was expected, what came instead, and what to do about it.' }),
    code: Type.String({ description: 'Never changes its meaning.', examples: ['NOT_FOUND'] }),
    request_id: Type.String({ description: 'Also in x-request-id, and in the log.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer to the place.' }),
          detail: Type.String(),
          line: Type.Optional(Type.Integer({ description: 'From 1, of a body of lines.' })),
        }),
      ),
    ),
  },
  { title: 'Problem', description: 'RFC 9457.' },
);

export const OpenAiError = Type.Object(
  {
    error: Type.Object({
      message: Type.String(),
      type: Type.String(),
      param: Type.Union([Type.String(), Type.Null()]),
      code: Type.String(),
    }),
  },
  { title: 'OpenAiError', description: 'The error object of OpenAI’s API.' },
);
