// Makes packages/text/src/language/triples.cts, by which languages of one script are told apart, from Unicode's CLDR: how often
// each letter triple stands in the words of a language. In an empty folder:
//
//     npm install cldr-{localenames,units,dates,annotations,annotations-derived}-full@48.2.0
//     node …/scripts/letter-triples.mjs .
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldCharacters } from '@attune/text';
import { root } from './run.mjs';

const version = '48.2.0';
const languages = {
  Latin:
    'af az ca cs cy da de en eo es et eu fi fil fr ga gl hr hu id is it lt lv ms nl no pl pt ro sk sl sq sv sw tr uz vi',
  Cyrillic: 'be bg kk ky mk mn ru sr uk',
  Arabic: 'ar ckb fa ps ur',
  Devanagari: 'hi mr ne',
};
/** The most frequent ones of a language. Syllables of Devanagari make more of them. */
const kept = { Latin: 1000, Cyrillic: 1000, Arabic: 1500, Devanagari: 1500 };
/** Texts of languages, places, units, times, and names and keywords of emoji. */
const sources = [
  ['cldr-localenames-full', 'main'],
  ['cldr-units-full', 'main'],
  ['cldr-dates-full', 'main'],
  ['cldr-annotations-full', 'annotations'],
  ['cldr-annotations-derived-full', 'annotationsDerived'],
];
/** Names of letters, dialects and time zones are foreign ones. */
const left = /^(characterLabels|variants|scripts|timeZoneNames)\.json$/;

const folder = process.argv[2];
if (!folder) throw new Error('Usage: node scripts/letter-triples.mjs FOLDER_WITH_NODE_MODULES');

function* textsIn(value) {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') {
    for (const each of Object.values(value)) yield* textsIn(each);
  }
}

/** Words of a language, each with how often it stands there. */
function wordsOf(language, script) {
  const ofScript = new RegExp(`\\p{Script=${script}}`, 'u');
  const words = new Map();
  for (const [name, parts] of sources) {
    const path = join(folder, 'node_modules', name);
    const found = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version;
    if (found !== version) throw new Error(`Expected ${name} ${version}, but found ${found}.`);
    const texts = join(path, parts, language);
    if (!existsSync(texts)) continue;
    for (const file of readdirSync(texts).filter((each) => !left.test(each))) {
      for (const text of textsIn(JSON.parse(readFileSync(join(texts, file), 'utf8')))) {
        for (const [word] of foldCharacters(text).matchAll(/[\p{L}\p{M}]+/gu)) {
          if (ofScript.test(word)) words.set(word, (words.get(word) ?? 0) + 1);
        }
      }
    }
  }
  return words;
}

/** Triples by the logarithm of their share, rounded to quarters, from the most frequent down. */
function levelsOf(words, count) {
  const weights = new Map();
  let total = 0;
  for (const [word, times] of words) {
    const weight = 1 + Math.log(times);
    const padded = ` ${word} `;
    for (let i = 0; i + 3 <= padded.length; ++i) {
      const triple = padded.slice(i, i + 3);
      weights.set(triple, (weights.get(triple) ?? 0) + weight);
      total += weight;
    }
  }
  const sorted = [...weights].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, count);
  const levels = new Map();
  for (const [triple, weight] of sorted) {
    const level = Math.round(Math.log(weight / total) * 4) / 4;
    levels.set(level, (levels.get(level) ?? '') + triple);
  }
  return [...levels];
}

const lines = [
  `// Made by scripts/letter-triples.mjs from CLDR ${version}. Unicode-3.0: see UNICODE-LICENSE.txt.`,
  '/** By language: the logarithm of the share of a triple in its words, and the triples of which it is that, one after another. */',
  'const triples: Record<string, [logarithm: number, triples: string][]> = {',
];
for (const [script, names] of Object.entries(languages)) {
  for (const language of names.split(' ')) {
    const words = wordsOf(language, script);
    const levels = levelsOf(words, kept[script]).map(
      ([level, text]) => `[${level}, ${JSON.stringify(text)}]`,
    );
    lines.push(`  ${language}: [${levels.join(', ')}],`);
    process.stdout.write(`${language}: ${words.size} words\n`);
  }
}
lines.push('};', '', 'export = triples;', '');
writeFileSync(join(root, 'packages/text/src/language/triples.cts'), lines.join('\n'));
