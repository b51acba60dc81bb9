// Compares a static base with a table of random numbers of its shape and vocabulary, with other models, and with BM25 over single characters, on the
// test queries of logs; with --tune each static model also as the static tier tunes it on the log's training queries:
//
//     node scripts/judge-base.mjs BASE LOG ... [--against MODEL ...] [--tune]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Encoder, findBundle, readBundle, writeStaticBundle } from '@attune/encode';
import { evaluateRun, meanOfDefined, RandomWords, randomisationTest } from '@attune/evaluate';
import { judgedSlice, tuneModel } from '@attune/tune';
import { encoderValues, judgedDataset, metrics } from './judge-encoder.mjs';

const slice = 'test';
const depth = 100;

const { values: options, positionals } = parseArgs({
  options: {
    against: { type: 'string', multiple: true, default: [] },
    tune: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [base, ...logs] = positionals;
if (logs.length === 0) {
  process.stderr.write('Usage: node scripts/judge-base.mjs BASE LOG ... [--against MODEL ...] [--tune]\n');
  process.exit(2);
}

/** Writes the base with numbers between -1 and 1 in place of each of its table. */
async function writeRandomTable(path) {
  const { model, preprocessing, tokenizer } = await readBundle(await findBundle(base));
  const words = new Uint32Array(model.table.length);
  new RandomWords(1).fill(words);
  const table = Float32Array.from(words, (word) => word / 2 ** 31 - 1);
  await writeStaticBundle({ path, table, dim: model.dim, tokenizerJson: tokenizer.json, preprocessing });
  return path;
}

/** The values of a model as it comes, and tuned on the log where that is asked for and can be. */
async function* valuesOf(path, judged, folder) {
  const encoder = await Encoder.load(path);
  const [{ values }] = await encoderValues(encoder, judged);
  yield { values, state: 'as it comes' };
  if (!options.tune || encoder.bundle.kind !== 'static') return;
  const out = join(folder, 'tuned');
  await tuneModel({ dataset: judged.dataset, tier: 'static', base: path, out, force: true });
  const [tuned] = await encoderValues(await Encoder.load(out), judged);
  yield { values: tuned.values, state: 'tuned' };
}

/** BM25 (k1 1.2, b 0.75) over characters, of the first `depth` documents of each query. */
function characterRankings({ dataset, catalogue, slices: [judged] }) {
  const [k1, b] = [1.2, 0.75];
  const charactersOf = (text) =>
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]/gu) ?? [];
  const lengths = [];
  const postings = new Map();
  for (const [row, { fields }] of catalogue.documents.entries()) {
    const characters = charactersOf(Object.values(fields).join(' '));
    lengths.push(characters.length);
    for (const each of characters) {
      if (!postings.has(each)) postings.set(each, new Map());
      postings.get(each).set(row, (postings.get(each).get(row) ?? 0) + 1);
    }
  }
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  return judgedSlice(dataset, judged).queries.map(({ id, text }) => {
    const scores = new Map();
    for (const each of charactersOf(text)) {
      const found = postings.get(each) ?? new Map();
      const rarity = Math.log(1 + (lengths.length - found.size + 0.5) / (found.size + 0.5));
      for (const [row, count] of found) {
        const part = (count * (k1 + 1)) / (count + k1 * (1 - b + (b * lengths[row]) / mean));
        scores.set(row, (scores.get(row) ?? 0) + rarity * part);
      }
    }
    const best = [...scores].sort(([a, x], [c, y]) => y - x || a - c).slice(0, depth);
    return {
      queryId: id,
      documentIds: best.map(([row]) => catalogue.ids[row]),
      scores: best.map(([, score]) => score),
    };
  });
}

/** One row of the table; `ours` is the base in the same state. */
function row({ log, name, state, values, ours }) {
  const of = (found, metric) => meanOfDefined(found.get(metric));
  const [first] = metrics;
  const cells = [`${basename(log, extname(log))}, ${of(values, first).count}`, name, state];
  cells.push(...metrics.map((metric) => of(values, metric).mean.toFixed(4)));
  if (ours === values) return [...cells, '', ''];
  const differences = ours.get(first).map((value, i) => value - values.get(first)[i]);
  const p = randomisationTest(differences.filter((value) => !Number.isNaN(value)));
  return [...cells, (of(ours, first).mean - of(values, first).mean).toFixed(4), p.toFixed(4)];
}

const print = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

const folder = mkdtempSync(join(tmpdir(), 'attune-judge-'));
try {
  const models = [
    [base, base],
    ['a random table', await writeRandomTable(join(folder, 'random'))],
    ...options.against.map((path) => [basename(path), path]),
  ];
  const title = ['test queries', '', '', 'NDCG@10', 'Recall@100', `${base} − it, NDCG@10`, 'p'];
  print(title);
  print(title.map(() => '---'));
  for (const log of logs) {
    const judged = await judgedDataset(log, [slice]);
    const ours = new Map();
    for (const [name, path] of models) {
      for await (const { values, state } of valuesOf(path, judged, folder)) {
        if (name === base) ours.set(state, values);
        print(row({ log, name, state, values, ours: ours.get(state) }));
      }
    }
    const characters = evaluateRun(judged.slices[0].judgments, characterRankings(judged), { metrics });
    for (const [state, values] of ours)
      print(
        row({
          log,
          name: 'BM25, characters',
          state: `beside it ${state}`,
          values: characters.values,
          ours: values,
        }),
      );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
