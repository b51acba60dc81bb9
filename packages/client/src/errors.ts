/** A place in the request that was refused. */
export interface FieldError {
  /** JSON pointer into the body, or the parameter's name. */
  pointer?: string;
  detail: string;
  /** From 1, of a request of lines. */
  line?: number;
}

interface ErrorParts {
  status: number;
  code: string;
  title: string;
  detail: string;
  requestId: string | undefined;
  retryAfter: number | undefined;
  errors: FieldError[];
}

/** The server answered, and its answer was no. */
export class AttuneApiError extends Error {
  override readonly name: string = 'AttuneApiError';
  /** Of the HTTP answer. */
  readonly status: number;
  /** Stable: programs decide by it. The server's error code, such as `NOT_FOUND`; `UNKNOWN` when something between answered. */
  readonly code: string;
  readonly title: string;
  /** What was expected, what came, and what to do about it. */
  readonly detail: string;
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined;
  /** Seconds after which the server asks to be tried again. */
  readonly retryAfter: number | undefined;
  /** What is wrong with each field of the request, where the server says so. */
  readonly errors: FieldError[];

  constructor(parts: ErrorParts) {
    super(`${parts.code} (${parts.status}): ${parts.detail}`);
    this.status = parts.status;
    this.code = parts.code;
    this.title = parts.title;
    this.detail = parts.detail;
    this.requestId = parts.requestId;
    this.retryAfter = parts.retryAfter;
    this.errors = parts.errors;
  }
}

/** No answer came: nobody listens there, the connection broke, or it took too long. */
export class AttuneConnectionError extends Error {
  override readonly name: string = 'AttuneConnectionError';
  readonly reason: 'timeout' | 'network';

  constructor(reason: 'timeout' | 'network', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/**
 * The error that an answer of 400 and above stands for. RFC 9457 problems and OpenAI's error object are understood; anything else
 * comes from something between, such as a proxy, and its text is the detail.
 */
export function apiError(response: Response, body: string): AttuneApiError {
  const said = parsed(body);
  const openai = objectOf(said['error']);
  return new AttuneApiError({
    status: response.status,
    code: stringOf(said['code']) ?? stringOf(openai['code']) ?? 'UNKNOWN',
    title: stringOf(said['title']) ?? stringOf(openai['type']) ?? response.statusText,
    detail:
      stringOf(said['detail']) ?? stringOf(openai['message']) ?? (body.slice(0, 500) || response.statusText),
    requestId: stringOf(said['request_id']) ?? response.headers.get('x-request-id') ?? undefined,
    retryAfter: secondsOf(response.headers.get('retry-after')),
    errors: Array.isArray(said['errors']) ? (said['errors'] as FieldError[]) : [],
  });
}

function parsed(body: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return {};
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const stringOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
