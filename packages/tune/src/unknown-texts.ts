import type { UnknownTexts } from '@attune/data';
import { coverageNote, findBundle, measureCoverage, readBundle, Tokenizer } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { defaultTier, type Tier } from '@attune/schema';
import { defaultBaseFor } from './default-base.js';

/** A letter of another script than the one that all bases know, or a picture. */
const otherLetter = /(?!\p{sc=Latin})\p{L}|(?=[\u2300-\u{10ffff}])\p{Extended_Pictographic}/u;

/**
 * What validation asks of the model that is to be tuned.
 *
 * @param base  a bundle's folder or name; unless set the one that follows from the texts, which is loaded only where it may not know them
 */
export function unknownTexts(
  base: string | undefined,
  tier: Tier = defaultTier,
): (texts: readonly string[], what: string) => Promise<UnknownTexts> {
  let loading: Promise<{ name: string; tokenizer: Tokenizer } | undefined> | undefined;
  return async (texts, what) => {
    const known = { texts: texts.length, unknownShare: 0, note: undefined };
    if (base === undefined && !texts.some((text) => otherLetter.test(text))) return known;
    loading ??= load(base ?? defaultBaseFor(tier, texts).name, base !== undefined);
    const loaded = await loading;
    if (loaded === undefined) return known;
    const coverage = await measureCoverage(loaded.tokenizer, texts);
    const { unknownShare } = coverage;
    return {
      texts: coverage.texts,
      unknownShare,
      note: coverageNote({ model: loaded.name, what, coverage }),
    };
  };
}

/** Undefined where a default is not installed: validation can do without, training says so. */
async function load(base: string, isGiven: boolean) {
  try {
    const { name, tokenizer } = await readBundle(await findBundle(base));
    return { name, tokenizer: new Tokenizer(tokenizer) };
  } catch (error) {
    if (!isGiven && error instanceof AttuneError && error.code === 'BUNDLE_NOT_FOUND') return undefined;
    throw error;
  }
}
