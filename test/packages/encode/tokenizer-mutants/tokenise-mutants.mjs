// A process that builds each tokeniser that it is sent, tokenises texts with it, and says how that went; if it ends, its parent knows by which.
import { Tokenizer } from '@attune/encode';

process.on('message', async ({ number, mutant, texts }) => {
  process.send({ number, outcome: await tokenised(mutant, texts) });
});

async function tokenised({ json, rows, addSpecialTokens, maxTokens, lowercase }, texts) {
  let isBuilt = false;
  try {
    const tokenizer = new Tokenizer({
      json,
      rows,
      addSpecialTokens,
      maxTokens,
      lowercase,
      truncationSide: rows % 2 === 0 ? 'left' : 'right',
    });
    isBuilt = true;
    tokenizer.vocabulary();
    for (const text of texts.slice(0, 8)) tokenizer.words(text);
    await tokenizer.tokenize(texts.slice(0, 4));
    await tokenizer.tokenize(texts);
    await tokenizer.spans(texts.filter((text) => text.length < 200));
    return 'tokenised';
  } catch (error) {
    if (typeof error.code === 'string' && error.code.startsWith('BUNDLE_'))
      return isBuilt ? 'failed' : 'refused';
    return `an error without a code: ${error.stack}`;
  }
}
