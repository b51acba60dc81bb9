import { join } from 'node:path';
import { type LexicalSettings, lexicalSettings } from '@attune/search';
import { bundleFolder, indexesFolder, type ReleaseRecord, type Store } from '@attune/store';
import type { BatchFigures } from '../coalescer.js';
import { Generation } from '../generation/generation.js';
import type { EncodedTokens, MadeVectors } from '../generation/searching-protocol.js';
import type { ServiceSettings } from '../options.js';

/** What a collection needs from the service that it is part of. */
export interface ServingContext {
  store: Store;
  /** The data folder. */
  folder: string;
  settings: ServiceSettings;
  /** Told of each batch of searches. */
  searched?: ((collection: string, figures: BatchFigures) => void) | undefined;
  /** Told of the tokens that a model encoded. */
  encoded?: ((model: string, role: 'query' | 'document', tokens: EncodedTokens) => void) | undefined;
}

export interface StartOptions {
  number: number;
  release: ReleaseRecord;
  /** Names the folder of its index files. */
  indexNumber: number;
  useFiles: boolean;
  progress?: ((progress: { done: number; total: number }) => void) | undefined;
  died(generation: Generation, reason: string): void;
}

/** The generations of one collection: at most the one in service, the one before, and one that is being made. */
export class Slots {
  readonly #context: ServingContext;
  readonly #collection: string;
  readonly #live = new Set<Generation>();
  readonly #log: (level: 'info' | 'warn' | 'error', message: string) => void;

  constructor(context: ServingContext, collection: string) {
    this.#context = context;
    this.#collection = collection;
    this.#log = (level, message) => context.settings.log(level, `${collection}: ${message}`);
  }

  /** Every generation that has a thread. */
  get live(): ReadonlySet<Generation> {
    return this.#live;
  }

  start({ number, release, indexNumber, useFiles, progress, died }: StartOptions): Generation {
    const { folder, settings, searched, encoded } = this.#context;
    const collection = this.#collection;
    const generation: Generation = new Generation({
      number,
      release,
      bundle: bundleFolder(folder, release.bundle),
      work: {
        data: folder,
        collection,
        indexFolder: join(indexesFolder(folder, collection), String(indexNumber)),
        fingerprint: release.fingerprint,
        lexical: lexicalSettings(release.lexical as Partial<LexicalSettings>),
        foldRows: settings.foldRows,
        useFiles,
      },
      mostWaiting: settings.maxQueuedSearches,
      mostFilterWork: settings.maxFilterWork,
      searched: searched && ((figures) => searched(collection, figures)),
      encoded: (role, tokens) => encoded?.(release.bundle, role, tokens),
      note: ({ level, message }) => this.#log(level, `release ${number}: ${message}`),
      progress: (made) => progress?.(made),
      keep: (made) => this.#keep(release.fingerprint, made),
      died: (reason) => {
        this.#live.delete(generation);
        died(generation, reason);
      },
    });
    this.#live.add(generation);
    return generation;
  }

  async close(generation: Generation, save: boolean): Promise<void> {
    await generation.close({ save, timeoutMs: this.#context.settings.closeTimeoutMs });
    this.#live.delete(generation);
  }

  /** What cannot be kept is logged: vectors can be made again. */
  async #keep(fingerprint: string, { ids, sequences, vectors }: MadeVectors): Promise<void> {
    const dim = vectors.length / ids.length;
    const rows = ids.map((id, i) => ({
      id,
      sequence: sequences[i]!,
      vector: vectors.subarray(i * dim, (i + 1) * dim),
    }));
    try {
      await this.#context.store.putVectors(this.#collection, fingerprint, rows);
    } catch (error) {
      this.#log('warn', `Vectors were not kept: ${(error as Error).message}`);
    }
  }
}
