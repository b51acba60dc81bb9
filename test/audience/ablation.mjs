// What each part of the recipe of a whole transformer brings: tuned on four fifths of a judged dataset's training queries with one part changed at a
// time, and judged among all documents, on the choosing queries and on the fifth that was held out. The queries that figures are reported of are not
// looked at.
//
//   node test/audience/ablation.mjs DATASET MODEL LINES [--epochs 1] [--seeds 2] [--only 'whole;no masks']
//
// LINES is a file of JSON lines, one for each part and seed; what is in it is not done again, so it continues where it was stopped. At the end it prints a
// table. BM25 and its weight are the same for all, so what is compared is the model; negatives that the data names are left out.
import { appendFile, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { hash53, readDataset } from '@attune/data';
import { Encoder, readBundle } from '@attune/encode';
import { evaluateRun, meanOfDefined } from '@attune/evaluate';
import {
  chooseRecipe,
  hardNegatives,
  interpolate,
  joinKeys,
  knownPositives,
  trainTransformer,
} from '@attune/train';
import { askedOf, Catalogue, indexOf, judgedSets, rankingsOf, Searcher } from '@attune/tune';

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const [source, model, lines] = positionals;
if (lines === undefined) throw new Error('Name a judged dataset, a transformer, and a file for the lines');
const [epochs, seeds] = [Number(options.epochs), Number(options.seeds)];

/** What is changed of pairs or recipe. */
const parts = {
  whole: {},
  'weights all equal': { pairs: (pairs) => ({ ...pairs, weights: pairs.weights.map(() => 1) }) },
  'no masks': { pairs: withoutKeys },
  'one mined negative a query': { pairs: withMined },
  'batches half as large, half the rate': { recipe: smallerBy(2) },
  'batches an eighth as large, an eighth of the rate': { recipe: smallerBy(8) },
};
/** Judged of each training: the tuned weights, and a mixture with those of the base. */
const shares = [1, 0.8];
const lexical = { analyser: 'english-split', k1: 0.2, b: 0.9, fields: ['title'], fusionWeight: 0.8 };

const dataset = await readDataset(resolve(source));
const catalogue = new Catalogue(dataset.documents, dataset);
const { choosing } = judgedSets(dataset);
const isHeldOut = (text) => hash53(text) % 5 === 0;
const sets = [choosing, heldOut()];

const bundle = await readBundle(model);
const base = { ...bundle, preprocessing: { ...bundle.preprocessing, documentFields: lexical.fields } };
const encoder = Encoder.fromBundle(base);
const documentTexts = encoder.documentTexts(catalogue.documentTexts(lexical.fields).texts);
const { textList, pairs, documents } = pairsToLearn();
const tokens = await encoder.tokenizer.tokenize(textList);
const documentTokens = await encoder.tokenizer.tokenize(documentTexts);
const words = catalogue.words(lexical);
const recipe = {
  ...chooseRecipe({
    tier: 'transformer',
    pairs: pairs.weights.length,
    queries: new Set(pairs.queryKeys).size,
    documents: documentTexts.length,
  }).recipe,
  epochs,
};

/** The training queries that nothing is learned from, with what the data says of them. */
function heldOut() {
  const texts = new Map(dataset.queries.map(({ id, text }) => [id, text]));
  const judgments = new Map();
  const add = (query, document, grade) => {
    if (!judgments.has(query)) judgments.set(query, new Map());
    const grades = judgments.get(query);
    grades.set(document, Math.max(grade, grades.get(document) ?? 0));
  };
  const top = dataset.interactions.reduce((most, { weight }) => Math.max(most, weight), 0);
  let topGrade = 0;
  for (const grades of choosing.judgments.values())
    for (const grade of grades.values()) topGrade = Math.max(topGrade, grade);
  for (const { query, queryId, documentId, weight } of dataset.interactions)
    if (isHeldOut(query)) add(queryId, documentId, Math.round((weight / top) * topGrade));
  for (const slice of dataset.slices.filter(({ name }) => name.startsWith('train')))
    for (const [query, grades] of slice.judgments)
      if (isHeldOut(texts.get(query) ?? ''))
        for (const [document, grade] of grades) add(query, document, grade);
  const queries = [...judgments.keys()].map((id) => ({ id, text: texts.get(id), filter: {} }));
  return { name: 'held-out training queries', queries, judgments, relevance: choosing.relevance };
}

function pairsToLearn() {
  const rows = new Map();
  const rowOf = (text) => {
    if (!rows.has(text)) rows.set(text, rows.size);
    return rows.get(text);
  };
  const ofDocuments = {
    texts: Uint32Array.from(documentTexts, rowOf),
    keys: joinKeys(catalogue.ids, documentTexts),
  };
  const least = dataset.interactions.reduce((most, { weight }) => Math.max(most, weight), 0) / 2;
  const known = dataset.interactions.filter(
    ({ query, documentId, weight }) =>
      weight >= least && !isHeldOut(query) && catalogue.rowOf(documentId) !== undefined,
  );
  const documentRows = known.map(({ documentId }) => catalogue.rowOf(documentId));
  const made = {
    queryTexts: Uint32Array.from(known, ({ query }) => rowOf(encoder.queryTexts([query])[0])),
    documentTexts: Uint32Array.from(documentRows, (row) => ofDocuments.texts[row]),
    weights: Float32Array.from(known, ({ weight }) => weight),
    queryKeys: joinKeys(
      known.map(({ queryId }) => queryId),
      known.map(({ query }) => query),
    ),
    documentKeys: Int32Array.from(documentRows, (row) => ofDocuments.keys[row]),
  };
  return { textList: [...rows.keys()], pairs: made, documents: ofDocuments };
}

/** Batch and rate together: as many times more steps, as many times shorter. */
function smallerBy(times) {
  return ({ batch, learningRate }) => ({ batch: batch / times, learningRate: learningRate / times });
}

/** Keys that are like no other: whatever else is in the batch is a negative. */
function withoutKeys(made) {
  const none = made.queryKeys.map(() => -1);
  return { ...made, queryKeys: none, documentKeys: none };
}

/** With the best document of the base's own search that is not known to answer, and not nearly as near as what does. */
async function withMined(made) {
  const { dim } = encoder;
  const vectors = await encoder.encodeTokens(tokens);
  const vectorOf = (text) => vectors.subarray(text * dim, (text + 1) * dim);
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const [texts, sums, counts] = [[], [], []];
  made.queryKeys.forEach((key, pair) => {
    texts[key] = made.queryTexts[pair];
    counts[key] = (counts[key] ?? 0) + 1;
    sums[key] = (sums[key] ?? 0) + dot(vectorOf(made.queryTexts[pair]), vectorOf(made.documentTexts[pair]));
  });
  const rowsOf = (list) => {
    const all = new Float32Array(list.length * dim);
    for (const [row, text] of list.entries()) all.set(vectorOf(text), row * dim);
    return all;
  };
  const k = 200;
  const index = indexOf(rowsOf([...documents.texts]), { dim });
  const { rows, scores } = await index.search(rowsOf(texts), { k });
  const { negatives } = hardNegatives({
    found: {
      offsets: Uint32Array.from({ length: texts.length + 1 }, (_, query) => query * k),
      documents: Uint32Array.from(rows),
      scores,
    },
    positives: knownPositives(made.queryKeys, made.documentKeys),
    positiveScores: Float32Array.from(sums, (sum, key) => sum / counts[key]),
    documents,
    perQuery: 1,
  });
  return { ...made, negatives };
}

/** NDCG@10 and Recall@100 over the queries of both sets, alone and fused. */
async function judge(tensors) {
  const tuned = Encoder.fromBundle({
    ...base,
    precision: recipe.precision,
    model: { ...base.model, tensors: { ...base.model.tensors, ...tensors } },
  });
  const vectors = { index: indexOf(await tuned.encodeTokens(documentTokens), { dim: tuned.dim }) };
  const searcher = Searcher.over(catalogue, { encoder: tuned, vectors, lexical, words });
  const figures = { alone: { ndcg: [], recall: [] }, fused: { ndcg: [], recall: [] } };
  for (const set of sets) {
    const { asked, limit } = askedOf(set);
    const encoded = await searcher.encode(asked);
    for (const [name, mode] of Object.entries({ alone: 'vector', fused: 'hybrid' })) {
      const answers = await searcher.search(asked, { mode, limit, vectors: encoded });
      const { values } = evaluateRun(set.judgments, rankingsOf(answers, set, catalogue), {
        metrics: ['ndcg@10', 'recall@100'],
        relevantFrom: set.relevance?.relevantFrom,
      });
      figures[name].ndcg.push(...values.get('ndcg@10'));
      figures[name].recall.push(...values.get('recall@100'));
    }
  }
  const mean = (values) => Number(meanOfDefined(values).mean.toFixed(4));
  return Object.fromEntries(
    Object.entries(figures).map(([name, { ndcg, recall }]) => [name, [mean(ndcg), mean(recall)]]),
  );
}

const done = (await readFile(lines, 'utf8').catch(() => ''))
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const wanted = options.only?.split(';') ?? Object.keys(parts);
for (let seed = 0; seed < seeds; ++seed) {
  for (const part of wanted) {
    if (done.some((line) => line.part === part && line.seed === seed)) continue;
    const { pairs: change, recipe: settingsOf } = parts[part];
    const settings = { ...recipe, ...settingsOf?.(recipe) };
    const started = performance.now();
    const { losses, last } = await trainTransformer({
      model: base.model,
      texts: tokens,
      pairs: change ? await change(pairs) : pairs,
      recipe: settings,
      seed,
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    for (const share of shares) {
      const line = {
        part: share === 1 ? part : `${part}, share of ${share}`,
        seed,
        pairs: pairs.weights.length,
        batch: settings.batch,
        learningRate: settings.learningRate,
        epochs,
        loss: losses.at(-1),
        seconds,
        ...(await judge(interpolate(base.model.tensors, last, share))),
      };
      await appendFile(lines, `${JSON.stringify(line)}\n`);
      process.stderr.write(`${JSON.stringify(line)}\n`);
      done.push(line);
    }
  }
}
const rows = [...new Set(done.map(({ part }) => part))].map((part) => {
  const of = done.filter((line) => line.part === part);
  const mean = (figure) => (of.reduce((sum, line) => sum + figure(line), 0) / of.length).toFixed(4);
  const cell = (name) => `${mean((line) => line[name][0])} / ${mean((line) => line[name][1])}`;
  return `| ${part} | ${of.length} | ${cell('alone')} | ${cell('fused')} |`;
});
process.stdout.write(`| changed | seeds | alone | fused |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`);
