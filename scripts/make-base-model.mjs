// Makes the small English model that ships as @attune/base-en, by distilling all-MiniLM-L6-v2 on WordNet's texts:
//
//     node scripts/make-base-model.mjs TEACHER_FOLDER [DATASET_FOLDER ...]
//
// The model is judged on the `dev` and `test` queries of the datasets, and the figures are written into its card. The
// teacher's vectors are kept in the cache folder: a run that was stopped goes on, a second one takes a minute or two.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Encoder, readBundle, withMaxTokens, writeStaticBundle } from '@attune/encode';
import { distillEncoder, isLatinToken } from '@attune/train';
import { judgeEncoder } from './judge-encoder.mjs';
import { root } from './run.mjs';
import { cachedTextVectors } from './teacher-cache.mjs';
import { wordnetTexts } from './wordnet.mjs';

const out = join(root, 'npm/base-en/attune-base-en');
const dim = 256;
const seed = 0;
/** What the teacher reads of a text: all of nearly every one, and four times as quick as its own 256. */
const teacherTokens = 64;
const maxTokens = 256;

const cache = join(process.env.ATTUNE_CACHE ?? join(homedir(), '.cache', 'attune'), 'base-model');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Says a phase's progress at every tenth of it. */
function progressOf() {
  let said = '';
  return ({ phase, done, total }) => {
    const text = `${phase}: ${Math.floor((10 * done) / total) * 10} %`;
    if (text !== said) say(text);
    said = text;
  };
}

function description({ wordnet, losses, initialLoss, figures }) {
  const count = (list) => list.length.toLocaleString('en');
  const rows = Object.entries(figures).flatMap(([dataset, slices]) =>
    Object.entries(slices).map(
      ([slice, { queries, documents, ...metrics }]) =>
        `| ${dataset}, ${slice}: ${queries.toLocaleString('en')} queries, ${documents.toLocaleString('en')} documents | ` +
        `${metrics['ndcg@10'].toFixed(3)} | ${metrics['recall@100'].toFixed(3)} |`,
    ),
  );
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
${rows.join('\n')}

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

const [teacherFolder, ...datasets] = process.argv.slice(2);
if (teacherFolder === undefined) {
  say('Usage: node scripts/make-base-model.mjs TEACHER_FOLDER [DATASET_FOLDER ...]');
  process.exit(2);
}
const plain = await readBundle(resolve(teacherFolder));
const teacher = Encoder.fromBundle(withMaxTokens(plain, teacherTokens));
mkdirSync(cache, { recursive: true });
const wordnet = await wordnetTexts(cache);
const texts = [...wordnet.words, ...wordnet.definitions, ...wordnet.examples];
const corpus = `${texts.join('\n')}\n`;
writeFileSync(join(cache, 'wordnet.txt'), corpus);

const onProgress = progressOf();
const { table, tokenizerJson, losses, initialLoss, recipe } = await distillEncoder({
  teacher,
  texts,
  dim,
  keepToken: isLatinToken,
  seed,
  encodeTexts: cachedTextVectors(teacher, cache, {
    onProgress: ({ done, total }) => onProgress({ phase: 'texts', done, total }),
  }),
  onProgress,
});
say(`mean of 1 - cosine: ${[initialLoss, ...losses].map((loss) => loss.toFixed(4)).join(', ')}`);

const write = (figures) =>
  writeStaticBundle({
    path: out,
    table,
    dim,
    tokenizerJson,
    dtype: 'f16',
    preprocessing: { maxTokens, documentFields: ['title', 'description'] },
    lineage: {
      base: plain.fingerprint,
      baseName: 'sentence-transformers/all-MiniLM-L6-v2',
      dataset: createHash('sha256').update(corpus).digest('hex'),
      recipe: { ...recipe, dim, teacherTokens, tokens: 'latin', texts: texts.length },
      seed,
      code: version,
      evaluation: { losses: [initialLoss, ...losses], ...figures },
    },
    card: {
      description: description({ wordnet, losses, initialLoss, figures }),
      license: 'apache-2.0',
      languages: ['en'],
      baseModel: 'sentence-transformers/all-MiniLM-L6-v2',
    },
    force: true,
  });
// Judged as it was written, rounded numbers and all, and written again with the figures.
await write({});
const encoder = await Encoder.load(out);
const figures = {};
for (const dataset of datasets) figures[basename(resolve(dataset))] = await judgeEncoder(encoder, dataset);
const bundle = await write(figures);
writeFileSync(join(out, 'WORDNET-LICENSE.txt'), wordnet.license);
say(JSON.stringify(figures, null, 2));
process.stdout.write(`${out}\n${bundle.fingerprint}\n`);
