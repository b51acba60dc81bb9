import { STATUS_CODES } from 'node:http';
import { AttuneError, type ErrorCode } from '@attune/errors';
import { SchemaError } from '@attune/schema';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { bodyIsComing } from './body-state.js';
import { lingerAfterAnswer } from './linger.js';

/** One thing that is wrong with a request, where it is: a JSON pointer into its body, query or path, or into one of its lines. */
export interface Finding {
  pointer: string;
  detail: string;
  /** From 1, of a body of lines. */
  line?: number;
}

/** An error whose status is not the one that its code has elsewhere, such as 413 for INVALID_ARGUMENT. */
export class HttpError extends AttuneError {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly findings: Finding[] | undefined;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    more: { headers?: Record<string, string>; findings?: Finding[] } = {},
  ) {
    super(code, message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.findings = more.findings;
  }
}

/** What a code answers with. A code that is not here is a fault of the server's: 500. */
const statusOfCode: Partial<Record<ErrorCode, number>> = {
  INVALID_ARGUMENT: 400,
  DIMENSION_MISMATCH: 400,
  SHAPE_MISMATCH: 400,
  NOT_FINITE: 400,
  DATA_INVALID: 400,
  DATA_COLUMN_MISSING: 400,
  DATA_EMPTY: 400,
  DATA_TOO_FEW: 400,
  TEXTS_UNKNOWN: 409,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  BUNDLE_NOT_FOUND: 404,
  // A model that is there and cannot be put to use.
  BUNDLE_INVALID: 409,
  BUNDLE_UNSUPPORTED: 409,
  BUNDLE_MISMATCH: 409,
  CONFLICT: 409,
  CANCELLED: 499,
  OVERLOADED: 429,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  STORE_FAILED: 503,
  DISK_FULL: 507,
};

/** Statuses of Fastify's own errors, which have its codes and not ours. */
const codeOfStatus: Record<number, ErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  429: 'OVERLOADED',
  503: 'UNAVAILABLE',
};

/** Where Fastify's words say too little, or an inner error's too much. */
const ownWords: Record<number, string> = {
  413: 'Expected a smaller body: the limit of the route is exceeded. Send it in parts.',
  500: 'Something failed inside the server. Its log says what, under this request id.',
};

const retryAfterSeconds = '1';
const retried: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['OVERLOADED', 'UNAVAILABLE']);

/** An error as it is answered: status, headers and what may be told. */
export interface Answerable {
  status: number;
  code: ErrorCode;
  detail: string;
  headers: Record<string, string>;
  findings: Finding[] | undefined;
}

/**
 * What of an error may leave the server. Of a fault inside, nothing but that it happened: its message may hold a path, and the log has
 * it under the request's id.
 *
 * @param folder  the data folder; where a message of a caller's error names it, it is taken out
 */
export function answerable(thrown: unknown, folder: string): Answerable {
  let error = thrown;
  let status = 500;
  let code: ErrorCode = 'INTERNAL';
  let findings: Finding[] | undefined;
  const headers: Record<string, string> = {};
  if (error instanceof HttpError) {
    ({ status, code, findings } = error);
    Object.assign(headers, error.headers);
  } else if (error instanceof AttuneError) {
    status = statusOfCode[error.code] ?? 500;
    code = error.code;
    if (error instanceof SchemaError) {
      findings = error.findings.map(({ pointer, expectation }) => ({
        pointer,
        detail: `expected ${expectation}`,
      }));
    }
    if (status === 500) error = undefined;
  } else {
    const own = (error as Partial<FastifyError> | null)?.statusCode;
    if (own !== undefined && own >= 400 && own < 500) {
      status = own;
      code = codeOfStatus[own] ?? 'INVALID_ARGUMENT';
    }
  }
  if (retried.has(code)) headers['retry-after'] = retryAfterSeconds;
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  const detail =
    ownWords[status] !== undefined && !(error instanceof AttuneError)
      ? ownWords[status]!
      : (error as Error).message.replaceAll(`${folder}/`, '').replaceAll(folder, '');
  return { status, code, detail, headers, findings };
}

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: Finding[];
}

export function problemOf(answer: Answerable, requestId: string): Problem {
  return {
    type: `urn:attune:error:${answer.code}`,
    title: STATUS_CODES[answer.status] ?? 'Error',
    status: answer.status,
    detail: answer.detail,
    code: answer.code,
    request_id: requestId,
    ...(answer.findings === undefined ? {} : { errors: answer.findings }),
  };
}

/** The error object of OpenAI's API, which its clients read. */
export function openAiError(answer: Answerable): { error: Record<string, string | null> } {
  const pointer = answer.findings?.[0]?.pointer;
  return {
    error: {
      message: answer.detail,
      type: openAiType(answer.status),
      param: pointer === undefined || pointer === '' ? null : pointer.slice(1),
      code: answer.code,
    },
  };
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

/** Fastify's own error of a Content-Type does not know what the route takes. */
const isWrongMediaType = (error: unknown): boolean =>
  !(error instanceof AttuneError) && (error as Partial<FastifyError> | null)?.statusCode === 415;

/** Says which types a route takes (RFC 9110, 15.5.16). */
function wrongMediaType({ headers, routeOptions: { config } }: FastifyRequest): HttpError {
  const types = config.bodyLimit === 0 ? [] : Object.keys(config.streams ?? { 'application/json': {} });
  const sent = headers['content-type'];
  const received = sent === undefined ? 'none' : JSON.stringify(sent.slice(0, 100));
  const expected = types.length === 0 ? 'no body' : `a body of the Content-Type ${types.join(' or ')}`;
  return new HttpError(415, 'INVALID_ARGUMENT', `Expected ${expected}, but received ${received}.`, {
    headers: { accept: types.join(', ') },
  });
}

/** After an answer that did not wait for the whole body: what is left of it is no other request. */
export function endConnection(request: FastifyRequest, reply: FastifyReply): void {
  if (!bodyIsComing(request)) return;
  reply.header('connection', 'close');
  lingerAfterAnswer(request);
}

/** Answers with an error in the shape of its route. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  folder: string,
): FastifyReply {
  const answer = answerable(isWrongMediaType(error) ? wrongMediaType(request) : error, folder);
  if (answer.status === 500) request.log.error({ err: error, request_id: request.id }, 'request failed');
  reply.code(answer.status).headers(answer.headers);
  endConnection(request, reply);
  if (request.routeOptions.config.errors === 'openai') {
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(openAiError(answer)));
  }
  return reply.type('application/problem+json').send(JSON.stringify(problemOf(answer, request.id)));
}
