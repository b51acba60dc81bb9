// The recipe of attune-base-zh: bge-small-zh-v1.5 distilled on the words of jieba's dictionary, in tokens of its own.
import { jiebaTexts } from './jieba.mjs';

/** Words that are tokens: as many as 15 MB have room for. docs/relevance.md says what fewer find. */
const wholeWords = 14_000;

export const chinese = {
  language: 'zh',
  license: 'apache-2.0',
  baseModel: 'BAAI/bge-small-zh-v1.5',
  tokens: 'characters and words',
  async material(cache, { teacher, seed }) {
    // The library gives them in another order each time.
    const vocabulary = [...teacher.tokenizer.vocabulary()].sort(([, a], [, b]) => a - b);
    const tokens = vocabulary.map(([token]) => token);
    const jieba = await jiebaTexts(cache, tokens, { wholeWords, seed });
    return {
      ...jieba,
      texts: [...new Set([...jieba.words, ...jieba.mixes])],
      rows: { vocabulary: jieba.vocabulary },
      notices: { 'NOTICES.txt': noticesOf(jieba) },
    };
  },
  description,
};

function description({ material, dim, maxTokens, rows, losses, initialLoss, figureRows }) {
  const number = (value) => value.toLocaleString('en');
  return `A small static model of Chinese: a table of token vectors, of which a text is the mean. It is what Attune begins with where the
texts are Chinese: a base to be tuned on your own log, not a model to be used as it is.

## How it was made

By \`node scripts/make-base-model.mjs --language zh\` of Attune, from two things:

- the teacher, [bge-small-zh-v1.5](https://huggingface.co/BAAI/bge-small-zh-v1.5) (MIT);
- the dictionary of jieba, from the npm package \`${material.source}\` (MIT): ${number(material.words.length)} words with a frequency of 4 and more, and
  ${number(material.mixes.length)} texts of two to five of them in a row, drawn by the root of their frequency, with the teacher's Latin words among them. No text of a
  user, a shop or a website.

A text is cut into its likeliest tokens (Unigram) by tokenizer.json alone: full width and case are folded, and the ${number(rows)} tokens are every
Chinese character that the teacher knows, the ${number(material.vocabulary.words)} most frequent words of the dictionary, and the teacher's pieces of other scripts. Each token was read
by the teacher as a text; these vectors less their mean, along their ${dim} main axes, times log(1 + rank), were rotated to where the texts lie
nearest to the teacher's vectors of them (less their mean, along their ${dim} main axes), and then moved so that the mean of 1 - cosine
falls: from ${initialLoss.toFixed(3)} to ${losses.at(-1).toFixed(3)} over the last of ${losses.length} epochs.

## How good it is

Exact search with this model alone, as it ships:

| | NDCG@10 | Recall@100 |
| --- | --- | --- |
${figureRows}

\`emoji-zh\` has the tags of emojibase-data 17.0.0's Chinese emoji as queries for their labels, \`icon-park\` those of @icon-park/svg 1.4.2 for its
titles: \`node scripts/chinese-logs.mjs\` writes both. It was not trained on them, neither on titles nor on tags; its vocabulary and its texts
were chosen with their dev queries. The page on relevance of Attune compares it with its teacher, with BM25 and with tables of random numbers.

## What it is not good for

- The order of words and negation: 狗咬人 and 人咬狗 have one vector.
- Languages other than Chinese. It knows some two thousand English words; where most texts are English, take attune-base-en.
- Traditional characters are read one by one: the dictionary's words are simplified.
- Names, brands, model numbers and what has happened lately. Tune it on your own data.
- Long texts, of which only the mean remains; it reads the first ${maxTokens} tokens.
- A search where a transformer is quick enough: its teacher ranks better where texts are sentences.

It has what its teacher and the dictionary hold of bias about people. Do not decide about people by it.

## Licences

The model is under Apache-2.0, as Attune is. Teacher and dictionary are under the MIT licence, which asks that its notice is kept: \`NOTICES.txt\` stands beside the
model and goes with it.`;
}

/** The licence of the package, which is the MIT licence, over the names of all whose work is in the model. */
function noticesOf({ source, license }) {
  const packed = license.match(/^Copyright .*$/m)[0];
  const holders = [
    'The model bge-small-zh-v1.5: Copyright (c) 2022 staoxiao',
    "jieba's dictionary: Copyright (c) 2013 Sun Junyi",
    `The package ${source}: ${packed}`,
  ];
  return license.replace(packed, holders.join('\n'));
}
