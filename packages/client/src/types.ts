import type { components } from './api.js';
import type { Answer, Body, Query } from './call.js';

/** The shapes that go in and come out, by the names that the OpenAPI document gives them. */

type CollectionPath = '/v1/collections/{collection}';
type DocumentPath = `${CollectionPath}/documents/{id}`;

export type Collection = Answer<'get', CollectionPath>;
export type CreateCollection = Body<'post', '/v1/collections'>;
export type CollectionSettings = Answer<'patch', CollectionPath>;
export type ConfigureCollection = Body<'patch', CollectionPath>;

/** A condition on attributes, which joins others by `and`, `or` and `not`. */
export type Filter = components['schemas']['Filter'];
/** A text, a vector, or a weighted list of them. */
export type SearchQuery = components['schemas']['SearchQuery'];
export type SearchRequest = Body<'post', `${CollectionPath}/search`>;
export type SearchResult = Answer<'post', `${CollectionPath}/search`>;
export type SearchHit = SearchResult['hits'][number];

export type AttributeValue = components['schemas']['AttributeValue'];
export type Document = Answer<'get', DocumentPath>;
export type DocumentBody = Body<'put', DocumentPath>;
export type DocumentPatch = Body<'patch', DocumentPath>;
export type DocumentPage = Answer<'get', `${CollectionPath}/documents`>;
export type PageQuery = Query<'get', `${CollectionPath}/documents`>;

/** One write of many; without `op` it is an upsert. */
export type DocumentWrite = components['schemas']['DocumentWrite'];

export type WriteResult = Answer<'put', DocumentPath>;

/** What became of one write: `line` counts from 1 over all that were given. */
export type WriteOutcome =
  | ({ line: number; error?: never } & WriteResult)
  | {
      line: number;
      /** Refused writes that this stands for, of which `line` is the first. */
      count?: number;
      error: { code: string; detail: string };
    };

export type EmbeddingsRequest = Body<'post', '/v1/embeddings'>;
export type EmbeddingsResult = Answer<'post', '/v1/embeddings'>;
export type Model = Answer<'get', '/v1/models/{model}'>;
/** `isNew`: false where it was there already. */
export type PushedModel = Model & { isNew: boolean };

export type UbiEvent = components['schemas']['UbiEvent'];
export type EventsResult = Answer<'post', '/v1/events'>;

export type Alias = Answer<'put', '/v1/aliases/{alias}'>;
export type PromotedRelease = Answer<'post', `${CollectionPath}/promote`>;
export type Release = Answer<'post', `${CollectionPath}/rollback`>;
export type ListedRelease = Answer<'get', `${CollectionPath}/releases`>['data'][number];
export type Decision = Answer<'get', `${CollectionPath}/decisions/{decision}`>;
export type DecisionPage = Answer<'get', `${CollectionPath}/decisions`>;

export type Dataset = Answer<'get', '/v1/datasets/{dataset}'>;
export type ValidationReport = Answer<'get', '/v1/datasets/{dataset}/report'>;

export type Job = Answer<'get', '/v1/jobs/{job}'>;
export type JobRequest = Body<'post', '/v1/jobs'>;
export type JobPage = Answer<'get', '/v1/jobs'>;
export type JobsQuery = Query<'get', '/v1/jobs'>;

export type Key = Answer<'delete', '/v1/keys/{id}'>;
export type CreateKey = Body<'post', '/v1/keys'>;
export type TakenBack = Answer<'delete', '/v1/keys/{id}/events'>;
export type NewKey = Answer<'post', '/v1/keys'>;

export type Readiness = Answer<'get', '/readyz'>;
