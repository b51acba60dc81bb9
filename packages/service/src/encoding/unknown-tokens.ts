import { coverageLimits } from '@attune/encode';
import type { ServiceSettings } from '../options.js';
import type { Embedded } from './embed-requests.js';

/** Warns, once of each model, where it is asked for vectors of texts that it does not know. */
export class UnknownTokens {
  readonly #log: ServiceSettings['log'];
  readonly #counts = new Map<string, Pick<Embedded, 'tokens' | 'unknownTokens'>>();
  readonly #warned = new Set<string>();

  constructor(log: ServiceSettings['log']) {
    this.#log = log;
  }

  count(model: string, embedded: Pick<Embedded, 'tokens' | 'unknownTokens'>): void {
    const { tokens = 0, unknownTokens = 0 } = this.#counts.get(model) ?? {};
    const sum = {
      tokens: tokens + embedded.tokens,
      unknownTokens: unknownTokens + embedded.unknownTokens,
    };
    this.#counts.set(model, sum);
    if (this.#warned.has(model) || sum.unknownTokens <= coverageLimits.warn * sum.tokens) return;
    this.#warned.add(model);
    this.#log(
      'warn',
      `${model}: its vocabulary does not know ${sum.unknownTokens} of the ${sum.tokens} tokens that it was asked to embed. Their vectors say ` +
        'little: take a model of the language of the texts.',
    );
  }
}
