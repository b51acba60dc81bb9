import type { CollectionRecord, ReleaseRecord } from '@attune/store';

/** What is asked of a collection in service, and what it answers. */

export type NumberedRelease = ReleaseRecord & { number: number };

/** A release that was put into service, and how many documents were encoded for it: the store had vectors of the others. */
export type Promotion = NumberedRelease & {
  encoded: number;
  /** What is to be told of it, such as how much of the documents the model does not know. */
  notes: string[];
};

export interface PromoteOptions {
  signal?: AbortSignal | undefined;
  /** Documents encoded by the new model. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  /** Also where the model knows less than half of what the documents say. */
  anyway?: boolean | undefined;
}

/** What a person may set; what is not named stays as it is. */
export interface CollectionChange {
  golden?: CollectionRecord['golden'];
  learning?: Partial<CollectionRecord['learning']>;
}
