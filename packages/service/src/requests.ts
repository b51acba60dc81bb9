import type { LexicalSettings } from '@attune/search';
import type { PromoteOptions } from './collections/changes.js';

/** What is asked of a service beside its data. */

export interface CreateOptions {
  /** Name of a registered bundle; attune-base-en, which registers itself, unless set. */
  bundle?: string | undefined;
  /** Settings that the collection keeps, whatever model it has. The others come with each model; where it carries none, they are as usual. */
  lexical?: Partial<LexicalSettings> | undefined;
}

export interface PromoteRequest extends PromoteOptions {
  reason: 'gate' | 'hand';
  /** Name of the decision. */
  of?: string | undefined;
}
