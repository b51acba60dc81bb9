/** What an answer may be, whatever was asked. */

import type { FuzzRequest } from './fuzz-requests.js';
import type { Answer } from './http.js';
import { root } from './repository.js';

/** Statuses above 499 that say "not now", each with what has to come with it. */
const shed = new Set([503, 507]);

/** @returns what is wrong with an answer, or undefined */
export function wrongAnswer(request: FuzzRequest, answer: Answer, dataFolder: string): string | undefined {
  const { status, headers, text } = answer;
  if (status >= 500 && !shed.has(status)) return `status ${status}`;
  if (status === 499) return 'status 499, which is for clients that have gone';
  // A probe asks again by itself: 503 is how it learns that the server is not ready.
  if (request.operation === 'GET /readyz' && status === 503) return undefined;
  if ((status === 503 || status === 429) && !headers['retry-after'])
    return `status ${status} without Retry-After`;
  // What came in the request may come back; everything else that looks like our insides may not.
  const asked = `${request.path} ${request.body ?? ''}`;
  // An earlier request may have called a document by a path that leads to the database, which is a name like any other.
  const told = text.replaceAll('../../attune.db', '');
  for (const inside of [dataFolder, root.replace(/\/$/, ''), 'node_modules', 'attune.db', 'file://'])
    if (told.includes(inside) && !asked.includes(inside)) return `the answer holds ${inside}`;
  if (/\n\s+at |\bat \S+ \((?:file:|node:|\/)|\.(?:ts|js|mjs):\d+:\d+/.test(text))
    return 'the answer holds a stack';
  if (status < 400 || request.method === 'HEAD') return undefined;
  return wrongError(answer);
}

function wrongError({ status, headers, text }: Answer): string | undefined {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'an error that is no JSON';
  }
  const type = String(headers['content-type'] ?? '');
  const openAi = body['error'] as Record<string, unknown> | undefined;
  if (openAi !== undefined && typeof openAi === 'object') {
    if (!type.startsWith('application/json')) return `an OpenAI error as ${type}`;
    const whole =
      typeof openAi['message'] === 'string' && typeof openAi['type'] === 'string' && 'code' in openAi;
    return whole ? undefined : 'an OpenAI error without message, type or code';
  }
  if (!type.startsWith('application/problem+json')) return `an error as ${type}`;
  for (const key of ['type', 'title', 'detail', 'code', 'request_id'])
    if (typeof body[key] !== 'string') return `a problem without ${key}`;
  return body['status'] === status
    ? undefined
    : `a problem that says ${body['status']} with status ${status}`;
}
