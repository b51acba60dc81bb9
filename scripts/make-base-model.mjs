// Makes a small model that ships as @attune/base-en or @attune/base-zh, by distilling a teacher on texts of a free dictionary:
//
//     node scripts/make-base-model.mjs [--language en|zh] TEACHER_FOLDER [DATASET ...]
//
// The teacher is all-MiniLM-L6-v2 for English, bge-small-zh-v1.5 for Chinese. The model is judged on the `dev` and `test` queries of the
// datasets, and the figures are written into its card. The teacher's vectors are kept in the cache folder: a run that was stopped
// goes on, a second one takes a minute or two.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Encoder, readBundle, withMaxTokens, writeStaticBundle } from '@attune/encode';
import { distillEncoder } from '@attune/train';
import { chinese } from './base-chinese.mjs';
import { english } from './base-english.mjs';
import { judgeEncoder } from './judge-encoder.mjs';
import { root } from './run.mjs';
import { cachedTextVectors } from './teacher-cache.mjs';

const recipes = { en: english, zh: chinese };
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

/** The rows of a card's table. */
function rowsOf(figures) {
  return Object.entries(figures)
    .flatMap(([dataset, slices]) =>
      Object.entries(slices).map(
        ([slice, { queries, documents, ...metrics }]) =>
          `| ${dataset}, ${slice}: ${queries.toLocaleString('en')} queries, ${documents.toLocaleString('en')} documents | ` +
          `${metrics['ndcg@10'].toFixed(3)} | ${metrics['recall@100'].toFixed(3)} |`,
      ),
    )
    .join('\n');
}

const { values, positionals } = parseArgs({
  options: { language: { type: 'string', default: 'en' } },
  allowPositionals: true,
});
const [teacherFolder, ...datasets] = positionals;
const recipe = recipes[values.language];
if (teacherFolder === undefined || recipe === undefined) {
  say('Usage: node scripts/make-base-model.mjs [--language en|zh] TEACHER_FOLDER [DATASET ...]');
  process.exit(2);
}
const { language, license, baseModel, tokens } = recipe;
const out = join(root, `npm/base-${language}/attune-base-${language}`);
const plain = await readBundle(resolve(teacherFolder));
const teacher = Encoder.fromBundle(withMaxTokens(plain, teacherTokens));
mkdirSync(cache, { recursive: true });
const material = await recipe.material(cache, { teacher, seed });
const { texts, rows, notices } = material;
const corpus = `${texts.join('\n')}\n`;
writeFileSync(join(cache, `texts-${language}.txt`), corpus);

const onProgress = progressOf();
const distilled = await distillEncoder({
  teacher,
  texts,
  dim,
  ...rows,
  seed,
  encodeTexts: cachedTextVectors(teacher, cache, {
    onProgress: ({ done, total }) => onProgress({ phase: 'texts', done, total }),
  }),
  onProgress,
});
const { table, tokenizerJson, losses, initialLoss } = distilled;
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
      baseName: baseModel,
      dataset: createHash('sha256').update(corpus).digest('hex'),
      recipe: { ...distilled.recipe, dim, teacherTokens, tokens, texts: texts.length },
      seed,
      code: version,
      evaluation: { losses: [initialLoss, ...losses], ...figures },
    },
    card: {
      description: recipe.description({
        material,
        dim,
        maxTokens,
        rows: table.length / dim,
        losses,
        initialLoss,
        figureRows: rowsOf(figures),
      }),
      license,
      languages: [language],
      baseModel,
    },
    force: true,
  });
// Judged as it was written, rounded numbers and all, and written again with the figures.
await write({});
const encoder = await Encoder.load(out);
const figures = {};
for (const dataset of datasets.map((each) => resolve(each)))
  figures[basename(dataset, extname(dataset))] = await judgeEncoder(encoder, dataset);
const bundle = await write(figures);
for (const [name, text] of Object.entries(notices)) writeFileSync(join(out, name), text);
say(JSON.stringify(figures, null, 2));
process.stdout.write(`${out}\n${bundle.fingerprint}\n`);
