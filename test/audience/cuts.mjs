// How texts of a script without blanks are best cut into words, and how near the chosen BM25 comes to that:
//
//   node test/audience/cuts.mjs LOG …      such as the logs of emoji-log.mjs
//
// For each log: NDCG@10 of the test queries by each cut alone (plain analyser, k1 1.2, b 0.75), and by the BM25 that the choosing queries
// choose, as `attune eval` does.
import { basename } from 'node:path';
import { readDataset } from '@attune/data';
import { availableCuts, LexicalIndex, stemForLanguage } from '@attune/indexes';
import { askedOf, Catalogue, judgedSets, rankingsOf } from '@attune/tune';
import { bestBm25 } from '../../packages/tune/dist/choices/best-bm25.js';
import { meanOn } from '../../packages/tune/dist/judged.js';
import { searchByWords } from '../../packages/tune/dist/searcher.js';

const print = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const figure = (value) => value.toFixed(4);

const cuts = availableCuts();
print(['log', 'test queries', ...cuts, 'chosen', 'of the best cut', 'which']);
print(['---', ...Array(cuts.length + 4).fill('---')]);
for (const log of process.argv.slice(2)) {
  const dataset = await readDataset(log, { stemFor: stemForLanguage });
  const { choosing, main } = judgedSets(dataset);
  const catalogue = new Catalogue(dataset.documents);
  const { asked, limit } = askedOf(main);
  const judge = async (words) =>
    meanOn(
      main,
      rankingsOf(await searchByWords(catalogue.view({ words }), asked, { limit }), main, catalogue),
    );
  const texts = catalogue.texts(catalogue.filledFields());
  const figures = [];
  for (const cut of cuts) figures.push(await judge(LexicalIndex.build({ texts, analyser: 'plain', cut })));
  const { index, choice } = await bestBm25(catalogue, choosing);
  const chosen = await judge(index);
  const ratio = chosen / Math.max(...figures);
  print([
    basename(log),
    main.queries.length,
    ...figures.map(figure),
    figure(chosen),
    ratio.toFixed(3),
    choice.chosen,
  ]);
}
