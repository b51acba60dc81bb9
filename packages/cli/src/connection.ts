import { AttuneApiError, AttuneConnectionError } from '@attune/client';
import { type Command, Option } from 'commander';

/** Where the server is, and who asks. */
export interface ConnectionOptions {
  url: string;
  key?: string | undefined;
}

const defaultUrl = 'http://127.0.0.1:7400';

/** @param optional  for commands that may work on a folder instead: then there is no address unless one is named */
export function addConnectionOptions(command: Command, { optional = false } = {}): Command {
  const url = new Option('--url <url>', 'where the server listens');
  return command
    .addOption(optional ? url : url.env('ATTUNE_URL').default(defaultUrl))
    .addOption(
      new Option('--key <key>', 'attune_ID_SECRET; better by the variable, which other users cannot see').env(
        'ATTUNE_KEY',
      ),
    );
}

export interface Job {
  id: string;
  kind: string;
  request: unknown;
  state: 'waiting' | 'running' | 'finished' | 'failed' | 'cancelled';
  step: string;
  progress: number;
  createdAt: number;
  result: unknown;
  error: { code: string; message: string } | null;
}

export interface CollectionSummary {
  name: string;
  documents: number;
  release: number;
  bundle: string;
}
export interface Settings {
  golden: { dataset: string; slice: string } | null;
  learning: {
    schedule: string | null;
    everyJudgedQueries: number | null;
    promotion: 'automatic' | 'byHand';
    datasets: string[];
    actionWeights: Record<string, number>;
  };
}
export interface Decision {
  id: string;
  createdAt: number;
  job: string;
  candidate: string;
  verdict: 'promote' | 'refuse' | 'no decision';
  report: unknown;
}
interface Release {
  number: number;
  bundle: string;
  of: string | null;
}
interface Model {
  id: string;
  kind: string;
  dim: number;
  base: string | null;
  fingerprint: string;
}
type Scope = 'search' | 'write' | 'feedback' | 'train' | 'metrics' | 'admin';
interface Key {
  id: string;
  createdAt: number;
  label: string;
  scopes: Scope[];
  expiresAt: number | null;
  revokedAt: number | null;
}
export interface SearchAnswer {
  query_id: string;
  hits: { id: string; score: number; fields: Record<string, string> }[];
}

export function connect({ url, key }: ConnectionOptions) {
  async function ask<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new AttuneConnectionError('network', `${method} ${path}: ${(error as Error).message}.`);
    }
    const text = await response.text();
    const said = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return said as T;
    throw new AttuneApiError({
      status: response.status,
      code: said?.code ?? said?.error?.code ?? 'UNKNOWN',
      title: said?.title ?? '',
      detail: said?.detail ?? said?.error?.message ?? text,
      requestId: said?.request_id,
      retryAfter: undefined,
      errors: said?.errors ?? [],
    });
  }
  const list = async <T>(path: string) => (await ask<{ data: T[] }>('GET', path)).data;
  const c = (name: string) => `/v1/collections/${encodeURIComponent(name)}`;
  return {
    createKey: (options: { label: string; scopes: Scope[]; expiresAt?: number }) =>
      ask<Key & { key: string }>('POST', '/v1/keys', options),
    listKeys: () => list<Key>('/v1/keys'),
    revokeKey: (id: string) => ask<Key>('DELETE', `/v1/keys/${id}`),
    sendEvents: (
      events: readonly { action_name: string; [more: string]: unknown }[],
      options: { idempotencyKey?: string } = {},
    ) =>
      ask<{ count: number }>(
        'POST',
        '/v1/events',
        events,
        options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {},
      ),
    startJob: (request: { kind: 'cycle'; collection: string; seed?: number; dryRun?: boolean }) =>
      ask<Job>('POST', '/v1/jobs', request),
    jobs: (kind: string) => list<Job>(`/v1/jobs?kind=${kind}`),
    cancelJob: (id: string) => ask<Job>('POST', `/v1/jobs/${id}/cancel`),
    async *watchJob(id: string): AsyncGenerator<Job> {
      for (;;) {
        const job = await ask<Job>('GET', `/v1/jobs/${id}`);
        yield job;
        if (job.state !== 'waiting' && job.state !== 'running') return;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
    collections: () => list<CollectionSummary>('/v1/collections'),
    collection: (name: string) => ask<CollectionSummary>('GET', c(name)),
    settings: (name: string) => ask<Settings>('GET', `${c(name)}/settings`),
    configure: (name: string, change: object) => ask<Settings>('PATCH', c(name), change),
    decisions: (name: string) => list<Decision>(`${c(name)}/decisions`),
    models: () => list<Model>('/v1/models'),
    removeModel: (name: string) => ask<void>('DELETE', `/v1/models/${name}`),
    promote: (name: string, model: string) => ask<Release>('POST', `${c(name)}/promote`, { model }),
    rollBack: (name: string) => ask<Release>('POST', `${c(name)}/rollback`),
    search: (name: string, request: object) => ask<SearchAnswer>('POST', `${c(name)}/search`, request),
  };
}
export type Api = ReturnType<typeof connect>;
