// The recipe of attune-base-en: all-MiniLM-L6-v2 distilled on WordNet's texts, in its own tokens of Latin script.
import { isLatinToken } from '@attune/train';
import { wordnetTexts } from './wordnet.mjs';

export const english = {
  language: 'en',
  license: 'apache-2.0',
  baseModel: 'sentence-transformers/all-MiniLM-L6-v2',
  tokens: 'latin',
  async material(cache) {
    const wordnet = await wordnetTexts(cache);
    return {
      ...wordnet,
      texts: [...wordnet.words, ...wordnet.definitions, ...wordnet.examples],
      rows: { keepToken: isLatinToken },
      notices: { 'WORDNET-LICENSE.txt': wordnet.license },
    };
  },
  description,
};

function description({ material: wordnet, dim, maxTokens, losses, initialLoss, figureRows }) {
  const count = (list) => list.length.toLocaleString('en');
  return `A small static model of English: a table of token vectors, of which a text is the mean. It encodes
some twenty-five thousand product titles a second on one core, tokenising included, and is what Attune's \`static\` tier begins with: a base to be tuned on
your own log, not a model to be used as it is.

## How it was made

By \`scripts/make-base-model.mjs\` of Attune, from two things:

- the teacher, [all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) (Apache-2.0);
- the texts of Princeton WordNet 3.1, from the npm package \`${wordnet.source}\`: ${count(wordnet.words)} words in lower case,
  ${count(wordnet.definitions)} definitions, ${count(wordnet.examples)} examples. No text of a user, a shop or a website.

Each token of the teacher's vocabulary in Latin script was encoded alone; these vectors less their mean, along their ${dim}
main axes, times log(1 + id), were rotated to where WordNet's texts lie nearest to the teacher's vectors of them (less
their mean, along their ${dim} main axes), and then moved so that the mean of 1 - cosine falls: from ${initialLoss.toFixed(3)} to
${losses.at(-1).toFixed(3)} over the last of ${losses.length} epochs. Digits are split from letters, so that \`10ft\` is \`10\` and \`ft\`.

## How good it is

Exact search with this model alone, as it ships:

| | NDCG@10 | Recall@100 |
| --- | --- | --- |
${figureRows}

It was not trained on these datasets, but its recipe (width, learning rate, epochs) was chosen with their dev queries.

## What it is not good for

- The order of words and negation: "dog bites man" and "man bites dog" have one vector.
- Languages other than English. A word in another script than Latin is the unknown token.
- Names, brands, model numbers and what has happened lately: WordNet has hardly any. Tune it on your own data.
- Long texts, of which only the mean remains; it reads the first ${maxTokens} tokens.
- A search where a transformer is quick enough: its teacher ranks better.

It has what its teacher and WordNet hold of bias about people. Do not decide about people by it.

## Licences

The model is under Apache-2.0, as its teacher is. WordNet's licence asks that its notice is kept: \`WORDNET-LICENSE.txt\`
stands beside the model and goes with it. WordNet is a registered trademark of Princeton University, which has no part in this
model.`;
}
