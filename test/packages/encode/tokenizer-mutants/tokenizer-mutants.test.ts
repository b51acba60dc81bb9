import { Tokenizer } from '@attune/encode';
import { expect, it } from 'vitest';
import { awkwardTexts } from './awkward-texts.js';
import { tryMutants } from './try-mutants.js';
import { realTokenizers, smallTokenizers } from './whole-tokenizers.js';

it.each([...smallTokenizers, ...realTokenizers])(
  '$name is whole: it tokenises every text',
  async ({ json, rows }) => {
    const settings = {
      json,
      rows,
      addSpecialTokens: true,
      maxTokens: 64,
      truncationSide: 'right',
      lowercase: false,
    } as const;
    const { offsets } = await new Tokenizer(settings).tokenize(awkwardTexts);
    expect(offsets.at(-1)).toBeGreaterThan(100);
  },
);

// `npm run test:tokenizers` tries 100,000.
it('none of 2,000 mutants of tokenizer.json ends a process', async () => {
  const figures = await tryMutants({ seed: 1, from: 0, to: 2000 });
  process.stdout.write(`tokenizer.json: ${JSON.stringify(figures)}\n`);
  expect(figures.violations).toEqual([]);
  expect(figures.refused).toBeGreaterThan(400);
  expect(figures.tokenised).toBeGreaterThan(400);
});
