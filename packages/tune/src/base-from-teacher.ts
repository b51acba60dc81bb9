import { type Bundle, Encoder, findBundle, readBundle, withMaxTokens } from '@attune/encode';
import { counted } from '@attune/errors';
import { distillEncoder, distillRecipe } from '@attune/train';
import { type BaseMaking, madeBase } from './made-base.js';

/** Numbers in a vector of the table, at most. */
const mostDim = 256;
/** Tokens that the teacher reads of a text: what stands behind them moves a title's vector little, and takes most of the time. */
const teacherTokens = 64;

/**
 * Makes a static base that has learned what another model says of the documents and the training queries of a dataset: a table as quick as any
 * other. Queries are read as documents are, without a prompt of their own.
 *
 * @param teacher  a bundle's folder or name
 * @throws {AttuneError} as madeBase; BUNDLE_…; CANCELLED
 */
export async function baseFromTeacher(
  making: BaseMaking,
  teacher: string,
): Promise<{ bundle: Bundle; note: string }> {
  const whole = await readBundle(await findBundle(teacher));
  const { name, fingerprint, preprocessing } = whole;
  const encoder = Encoder.fromBundle(
    withMaxTokens(whole, Math.min(teacherTokens, preprocessing.maxTokens ?? teacherTokens)),
  );
  return madeBase(making, { base: fingerprint, baseName: name, recipe: distillRecipe }, async () => {
    const { dataset, catalogue, seed, signal, onStep } = making;
    const fields = preprocessing.documentFields;
    const queries = dataset.interactions.flatMap(({ query, weight }) => (weight > 0 ? [query] : []));
    const texts = new Set(
      [...catalogue.documentTexts(fields).texts, ...queries].filter((text) => text.trim() !== ''),
    );
    const { table, dim, tokenizerJson } = await distillEncoder({
      teacher: encoder,
      texts,
      dim: Math.min(mostDim, encoder.dim),
      seed,
      signal,
      onProgress: ({ phase, done, total }) =>
        onStep?.(
          `learning from ${name}: ${phase}, ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`,
        ),
    });
    return {
      table,
      dim,
      tokenizerJson,
      made: `A base was learned from what ${name} says of ${counted(texts.size, 'text')}`,
      remark: 'It is a table of tokens, and is there to be tuned on the log of the same catalogue.',
    };
  });
}
