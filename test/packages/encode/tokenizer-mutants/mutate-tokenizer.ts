/** Seeded changes of a tokenizer.json: damage of its bytes, other values in its places, and components out of which it could be made. */
import { randomBelow } from '../../../random.js';
import {
  map,
  models,
  normalizers,
  postProcessors,
  preTokenizers,
  realTokenizers,
  smallTokenizers,
  type WholeTokenizer,
} from './whole-tokenizers.js';

export interface Mutant extends WholeTokenizer {
  /** What was done to it. */
  changes: string[];
  addSpecialTokens: boolean;
  maxTokens: number | null;
  lowercase: boolean;
}

type Below = (bound: number) => number;
type Tree = Record<string, unknown>;

/** A real one takes some hundred times as long as a small one. */
const oneRealOf = 40;

/** The mutant of a number, the same in every run. */
export function mutantOf(seed: number, number: number): Mutant {
  const below = randomBelow(seed * 1_000_003 + number);
  const isReal = realTokenizers.length > 0 && below(oneRealOf) === 0;
  const from = isReal ? realTokenizers : smallTokenizers;
  const whole = from[below(from.length)]!;
  const changes: string[] = [];
  let tree = JSON.parse(whole.json) as Tree;
  for (let left = 1 + below(3); left > 0; left--) {
    const [name, change] = changesOfTrees[below(changesOfTrees.length)]!;
    changes.push(name);
    tree = change(tree, below) ?? tree;
  }
  let json = JSON.stringify(tree) ?? 'null';
  if (below(6) === 0) {
    changes.push('bytes');
    json = damaged(json, below);
  }
  const addSpecialTokens = below(2) === 0;
  const maxTokens = below(4) === 0 ? null : 3 + below(30);
  return { ...whole, json, changes, addSpecialTokens, maxTokens, lowercase: below(4) === 0 };
}

const pick = <T>(list: readonly T[], below: Below): T => list[below(list.length)]!;
const copy = <T>(value: T): T => structuredClone(value);

const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    0.5,
    2 ** 31,
    2 ** 32,
    1e300,
    -1e300,
    [],
    {},
    [[]],
    '',
    ' ',
    'a',
    'A',
    '[UNK]',
    'xx',
  ],
  ...[
    '  ',
    '\u0301',
    '\ud800',
    '漢',
    'é',
    '\0',
    '▁',
    '▁▁',
    'ab',
    'desk',
    'a b',
    'Sequence',
    'NFC',
    'a'.repeat(3000),
  ],
];

const patterns: readonly string[] = [
  ...[
    '(a+)+b',
    'a*',
    '(?:a|aa)+$',
    '.*.*x',
    '\\s*\\s*\\s*x',
    '(?=a)',
    '(?<=a)b',
    '(?<=[a-z](?:ss|x))es\\b',
    '(?<!a*)b',
    'a|',
    '[',
    '(a',
    '\\',
    '(?i:a+)+b',
  ],
  ...[
    '(a*)*\\1',
    '\\Ka',
    '(?:a?){50}a{50}',
    '[^\\s]+',
    '\\p{L}+',
    '\\p{Nothing}',
    '(?<n>a)\\g<n>*',
    'x*+y',
    '\\d{1,3}(?=(\\d{3})+)',
  ],
  ...[
    '.+x',
    '[a[b]]',
    '[[:alpha:]]+',
    '\\X',
    '\\R',
    'a{,3}',
    'a{2}{3}',
    '(?i:ß)+',
    '\\bdesk\\b',
    '^a',
    '(?!a).',
    '\\x61',
    '[\\w-\\d]',
  ],
];

type Change = (tree: Tree, below: Below) => Tree | undefined;

const changesOfTrees: readonly [string, Change][] = [
  ['another value', (tree, below) => put(tree, below, () => copy(pick(values, below)))],
  ['another value of its kind', (tree, below) => put(tree, below, (old) => similar(old, below))],
  ['a place taken out', (tree, below) => takeOut(tree, below)],
  ['two places swapped', (tree, below) => put(tree, below, () => copy(somewhere(tree, below)?.value))],
  [
    'another normalizer',
    (tree, below) => ({ ...tree, normalizer: oneOf(normalizers, 'normalizers', below) }),
  ],
  [
    'another pre_tokenizer',
    (tree, below) => ({ ...tree, pre_tokenizer: oneOf(preTokenizers, 'pretokenizers', below) }),
  ],
  ['another post_processor', (tree, below) => ({ ...tree, post_processor: processors(below) })],
  ['another model', (tree, below) => ({ ...tree, model: copy(pick(models, below)) })],
  ['a pattern', (tree, below) => withPattern(tree, below)],
  [
    'a character map',
    (tree, below) => ({
      ...tree,
      normalizer: { type: 'Precompiled', precompiled_charsmap: damagedMap(below) },
    }),
  ],
  ['an added token', (tree, below) => withAdded(tree, below)],
  ['vocabulary', (tree, below) => withVocabulary(tree, below)],
];

interface Place {
  holder: Tree | unknown[];
  key: string;
  value: unknown;
}

/** A place in the tree; of a long list or a vocabulary the first few, so that the rest is not passed over. */
function somewhere(tree: unknown, below: Below): Place | undefined {
  const places: Place[] = [];
  const walk = (holder: Tree | unknown[]) => {
    for (const key of Object.keys(holder).slice(0, 12)) {
      const value = (holder as Tree)[key];
      places.push({ holder, key, value });
      if (typeof value === 'object' && value !== null) walk(value as Tree);
    }
  };
  if (typeof tree === 'object' && tree !== null) walk(tree as Tree);
  return places.length === 0 ? undefined : pick(places, below);
}

function put(tree: Tree, below: Below, change: (old: unknown) => unknown): undefined {
  const place = somewhere(tree, below);
  if (place) (place.holder as Tree)[place.key] = change(place.value);
}

function takeOut(tree: Tree, below: Below): undefined {
  const place = somewhere(tree, below);
  if (!place) return;
  if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
  else delete place.holder[place.key];
}

function similar(old: unknown, below: Below): unknown {
  if (typeof old === 'number') return pick([old + 1, old - 1, -old, old * 1000, old / 3, below(100)], below);
  if (typeof old === 'boolean') return !old;
  if (typeof old === 'string') {
    const at = below(old.length + 1);
    const one = pick(['', ' ', 'a', '\u0301', '漢', '\ud83d', '+', '*', '('], below);
    return old.slice(0, at) + one + old.slice(at + below(2));
  }
  if (Array.isArray(old)) return pick([[...old, ...old], old.toReversed(), old.slice(1)], below);
  return old;
}

/** A step, or some in a sequence; sequences lie in one another now and then. */
function oneOf(steps: readonly object[], key: string, below: Below, depth = 0): object {
  if (below(3) === 0) return copy(pick(steps, below));
  const of = Array.from({ length: below(5) }, () =>
    below(8) === 0 && depth < 6 ? oneOf(steps, key, below, depth + 1) : copy(pick(steps, below)),
  );
  return { type: 'Sequence', [key]: of };
}

function processors(below: Below): object | null {
  if (below(2) === 0) return copy(pick(postProcessors, below));
  return {
    type: 'Sequence',
    processors: Array.from({ length: below(4) }, () => copy(pick(postProcessors, below))),
  };
}

function withPattern(tree: Tree, below: Below): Tree {
  const source = below(3) === 0 ? pick(patterns, below) + pick(patterns, below) : pick(patterns, below);
  const pattern =
    below(5) === 0 ? { String: pick(['', 'a', ' ', 'desk', '.', '\u0301'], below) } : { Regex: source };
  if (below(2) === 0)
    return {
      ...tree,
      normalizer: {
        type: 'Replace',
        pattern,
        content: pick(['', 'b', ' ', 'a'.repeat(40), '\ufdfa'], below),
      },
    };
  const behavior = pick(
    ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous', 'Else'],
    below,
  );
  return { ...tree, pre_tokenizer: { type: 'Split', pattern, behavior, invert: below(2) === 0 } };
}

function damagedMap(below: Below): string {
  const bytes = Buffer.from(map, 'base64');
  switch (below(5)) {
    case 0:
      return bytes.subarray(0, below(bytes.length)).toString('base64');
    case 1:
      return map.slice(below(8));
    case 2:
      bytes.writeUInt32LE(below(2 ** 31), 4 * below(Math.floor(bytes.length / 4)));
      break;
    case 3:
      // Among the units that say something.
      for (let left = 1 + below(4); left > 0; left--) {
        const set = [...bytes.keys()].filter((i) => bytes[i] !== 0);
        bytes[pick(set, below)]! ^= 1 << below(8);
      }
      break;
    default:
      bytes[bytes.length - 1 - below(40)] = below(256);
  }
  return bytes.toString('base64');
}

function withAdded(tree: Tree, below: Below): Tree {
  const flag = () => below(2) === 0;
  const content = pick(
    [
      'a',
      ' ',
      '  ',
      '\n',
      ' a',
      'a ',
      '\u0301',
      'desk',
      '[CLS]',
      '<new>',
      '漢',
      'A',
      '▁',
      'e\u0301',
      '\u00ad',
    ],
    below,
  );
  const token = {
    id: below(24),
    content,
    single_word: flag(),
    lstrip: flag(),
    rstrip: flag(),
    normalized: flag(),
    special: flag(),
  };
  const others = Array.isArray(tree['added_tokens']) ? tree['added_tokens'] : [];
  return { ...tree, added_tokens: [...others, token] };
}

function withVocabulary(tree: Tree, below: Below): undefined {
  const model = tree['model'] as Tree | null;
  if (typeof model !== 'object' || model === null) return;
  const token = pick(
    ['', 'a', 'xx', 'x', 'x漢', '漢', 'desk', 'a'.repeat(2000), '__proto__', '\ud800', '<0x00>'],
    below,
  );
  const { vocab, merges } = model as { vocab?: unknown; merges?: unknown };
  if (Array.isArray(vocab))
    vocab.splice(below(vocab.length + 1), below(2), [token, pick([0, -1, 1e308, -1e308, '1', null], below)]);
  else if (typeof vocab === 'object' && vocab !== null)
    Object.defineProperty(vocab, token, {
      value: below(20),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  if (Array.isArray(merges)) {
    const merge = pick<unknown>(
      [`${token} a`, `a ${token}`, ['a', token], [token, token], 'a b c', ['xxa', 'xxa'], 'd de', 7],
      below,
    );
    merges.splice(below(merges.length + 1), below(2), merge);
  }
  if (below(3) === 0)
    model['continuing_subword_prefix'] = pick(
      ['', 'x', 'xx', 'xxxx', '漢', '\u0301', 'a'.repeat(100)],
      below,
    );
}

function damaged(json: string, below: Below): string {
  const at = below(json.length);
  switch (below(4)) {
    case 0:
      return json.slice(0, at);
    case 1:
      return json.slice(0, at) + json.slice(at + 1 + below(8));
    case 2:
      return json.slice(0, at) + json.slice(at - below(Math.min(at, 60) + 1), at) + json.slice(at);
    default: {
      const bytes = Buffer.from(json);
      bytes[below(bytes.length)]! ^= 1 << below(8);
      return bytes.toString('utf8');
    }
  }
}
