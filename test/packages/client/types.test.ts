import { expectTypeOf, it } from 'vitest';
import type {
  Client,
  Collection,
  Document,
  DocumentWrite,
  Filter,
  Job,
  JobRequest,
  Model,
  NewKey,
  Release,
  SearchQuery,
  SearchRequest,
  UbiEvent,
  WriteOutcome,
} from '../../../packages/client/src/index.js';

it('shapes have the types that the document says, and none of them is any or never', () => {
  expectTypeOf<Collection['documents']>().toEqualTypeOf<number>();
  expectTypeOf<Document['fields']>().toEqualTypeOf<Record<string, string>>();
  expectTypeOf<Document['attributes'][string]>().toEqualTypeOf<string | number | boolean | string[]>();
  expectTypeOf<Job['state']>().toEqualTypeOf<'waiting' | 'running' | 'finished' | 'failed' | 'cancelled'>();
  expectTypeOf<Job['startedAt']>().toEqualTypeOf<number | null>();
  expectTypeOf<JobRequest['kind']>().toEqualTypeOf<'train' | 'evaluate' | 'cycle' | 'validate'>();
  expectTypeOf<Model['object']>().toEqualTypeOf<'model'>();
  expectTypeOf<NewKey['key']>().toEqualTypeOf<string>();
  expectTypeOf<Release['reason']>().toEqualTypeOf<'first' | 'gate' | 'hand' | 'rollback'>();
  expectTypeOf<SearchRequest['text']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<UbiEvent['action_name']>().toEqualTypeOf<string>();
  expectTypeOf<ReturnType<Client['collections']['delete']>>().toEqualTypeOf<Promise<void>>();
});

it('what the server would refuse is refused by the compiler', () => {
  expectTypeOf<{ field: string; equals: string }>().toExtend<Filter>();
  expectTypeOf<{ and: { field: string; atLeast: number }[] }>().toExtend<Filter>();
  expectTypeOf<{ field: string; atLeast: boolean }>().not.toExtend<Filter>();
  expectTypeOf<{ text: string }>().toExtend<SearchQuery>();
  expectTypeOf<{ text: string; weight: number }[]>().toExtend<SearchQuery>();
  expectTypeOf<({ text: string } | { vector: number[]; weight: number })[]>().toExtend<SearchQuery>();
  expectTypeOf<string>().not.toExtend<SearchQuery>();
  expectTypeOf<SearchRequest['query']>().toEqualTypeOf<SearchQuery | undefined>();
  expectTypeOf<{ id: string; fields: { title: string } }>().toExtend<DocumentWrite>();
  expectTypeOf<{ op: 'patch'; id: string; fields: { title: null } }>().toExtend<DocumentWrite>();
  expectTypeOf<{ op: 'upsert'; id: string; fields: { title: number } }>().not.toExtend<DocumentWrite>();
  expectTypeOf<{ kind: 'validate' }>().not.toExtend<JobRequest>();
  expectTypeOf<Extract<WriteOutcome, { error: object }>['error']['code']>().toEqualTypeOf<string>();
});
