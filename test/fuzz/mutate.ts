/** Seeded changes of an input: of its bytes, of its text, and, where it is JSON, of the tree in it. */
import { randomBelow } from '../random.js';

export type Below = (bound: number) => number;

/** What a mutant is made of. */
export interface Material {
  /** At least one. */
  seeds: readonly Buffer[];
  /** Words that mean something in the format. */
  words: readonly string[];
  /** Makes lengths and checksums right again, so that what lies behind them is reached. */
  repaired?: ((bytes: Buffer) => Buffer) | undefined;
  /** The JSON within, and the input with another in its place; the input itself unless set. */
  json?: { of(bytes: Buffer): string; within(bytes: Buffer, json: string): Buffer } | undefined;
}

const mostBytes = 1 << 17;

/** The mutant of a number: the same for the same material. */
export function mutantOf({ seeds, words, repaired, json }: Material, seed: number, number: number): Buffer {
  const below = randomBelow(seed * 1_000_003 + number);
  let bytes = pick(seeds, below);
  if (below(2) === 0) {
    const text = changedJson(json ? json.of(bytes) : bytes.toString('utf8'), words, below);
    if (text !== undefined && text.length < mostBytes) {
      bytes = json ? json.within(bytes, text) : Buffer.from(text);
      if (below(4) > 0) return bytes; // most changes of bytes would leave no JSON
    }
  }
  for (let left = 1 + below(3); left > 0; left--) {
    bytes = changedBytes(bytes, pick(seeds, below), words, below).subarray(0, mostBytes);
  }
  // Copied, because it may be a part of something larger.
  return repaired && below(4) > 0 ? repaired(bytes) : Buffer.from(bytes);
}

const pick = <T>(list: readonly T[], below: Below): T => list[below(list.length)]!;

/** Byte order marks, halves of pairs, too long forms, cut characters, what ends lines elsewhere, what blanks are not. */
const awkward: readonly Buffer[] = [
  ...['\ufeff', '\0', '\r', '\r\n', '\u2028', '\u0085', '\u00a0', '"', '""', "'", '\\', '\t', ',', ';'],
  ...['é', '漢字', '👩‍👩‍👧‍👦', 'e\u0301', '\u202e', '\uffff', '{', '}', '[', ']', ':', 'sep=;\n', '\u001a'],
].map((text) => Buffer.from(text));
const notUtf8: readonly Buffer[] = [
  [0xff],
  [0xfe, 0xff],
  [0xff, 0xfe],
  [0x80],
  [0xc0, 0x80],
  [0xe6, 0xbc],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xb0, 0xa1],
].map((bytes) => Buffer.from(bytes));

/** Where sizes, counts and offsets break, as decimal digits. */
const numbers: readonly string[] = [
  ...['0', '-0', '1', '-1', '255', '256', '65535', '2147483647', '2147483648', '4294967295', '4294967296'],
  ...['9007199254740991', '9007199254740993', '18446744073709551615', '1e308', '1e999', '-1e999', '1e-320'],
  ...['0.1', '1.5', '123456789012345678901234567890', '0,25', '12%', 'NaN', 'Infinity', '0x10', '1_000'],
];

function changedBytes(bytes: Buffer, other: Buffer, words: readonly string[], below: Below): Buffer {
  const at = below(bytes.length + 1);
  const length = below(Math.min(bytes.length - at, 1 << below(10)) + 1);
  const [before, part, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  const around = (...between: Buffer[]) => Buffer.concat([before, ...between, after]);
  switch (below(12)) {
    case 0:
      return before;
    case 1:
      return after;
    case 2:
      return around();
    case 3:
      return around(part, part);
    case 4:
      return around(...Array.from({ length: 1 << below(11) }, () => part.subarray(0, 64)));
    case 5:
      return around(other.subarray(below(other.length + 1)));
    case 6:
      return around(pick([...awkward, ...notUtf8], below), part);
    case 7:
      return around(Buffer.from(pick(words.length > 0 ? words : numbers, below)), part);
    case 8:
      return withNumber(bytes, below);
    case 9:
      return withInteger(bytes, below);
    case 10:
      return around(Buffer.alloc(1 << below(16), pick([...awkward, part], below).toString('latin1') || ' '));
    default: {
      const changed = Buffer.from(bytes);
      for (let left = 1 + below(3); left > 0 && changed.length > 0; left--)
        changed[below(changed.length)]! ^= 1 << below(8);
      return changed;
    }
  }
}

/** Another number in the place of one that is written in digits. */
function withNumber(bytes: Buffer, below: Below): Buffer {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(/-?\d+(\.\d+)?/g)].slice(0, 200);
  if (places.length === 0) return bytes;
  const { 0: found, index } = pick(places, below);
  return Buffer.from(
    `${text.slice(0, index)}${pick(numbers, below)}${text.slice(index + found.length)}`,
    'latin1',
  );
}

/** Another integer of 1, 2, 4 or 8 bytes, little-endian. */
function withInteger(bytes: Buffer, below: Below): Buffer {
  const size = 1 << below(4);
  if (bytes.length < size) return bytes;
  const changed = Buffer.from(bytes);
  const at = below(2) === 0 ? below(Math.floor(bytes.length / size)) * size : below(bytes.length - size + 1);
  const values = [
    0n,
    1n,
    2n,
    127n,
    128n,
    255n,
    65_535n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 63n,
  ];
  const value = BigInt.asUintN(8 * size, pick([...values, -1n, -2n, BigInt(below(bytes.length + 9))], below));
  for (let i = 0; i < size; i++) changed[at + i] = Number((value >> BigInt(8 * i)) & 255n);
  return changed;
}

type Tree = Record<string, unknown>;

/** Written as it is, not as the JSON of a text. */
const raw = (json: string) => `\u0001${json}\u0002`;

/** Values that readers of JSON have come to grief over. Nesting is deeper than any stack of calls. */
const values = (below: Below): unknown => {
  if (below(12) === 0) return raw(pick([nested('[', ']', below), nested('{"a":', '}', below)], below));
  return pick(
    [
      ...[
        null,
        true,
        false,
        0,
        -1,
        0.5,
        2 ** 31,
        2 ** 53,
        1e300,
        '',
        ' ',
        'a',
        '漢',
        '\0',
        '\ud800',
        [],
        {},
        [[]],
      ],
      ...['__proto__', 'constructor', 'toString', 'length', 'a'.repeat(1 << below(14)), '0'.repeat(70)],
      ...numbers.slice(0, 20).map(raw),
      ...['{"__proto__":{"a":1}}', '{"a":1,"a":2}', '"\\ud800"', '"\\u0000"', '1e400'].map(raw),
      Array.from({ length: 1 << below(13) }, () => 0),
    ],
    below,
  );
};

function nested(open: string, close: string, below: Below): string {
  const depth = pick([2, 17, 100, 4000, 20_000], below);
  return `${open.repeat(depth)}0${close.repeat(depth)}`;
}

/** The JSON with one to three changes of its tree; undefined where it is no JSON. Of JSON by lines, one line changes. */
function changedJson(text: string, words: readonly string[], below: Below): string | undefined {
  const whole = parsed(text);
  if (whole !== undefined) return changedTree(whole, words, below);
  const lines = text.split('\n');
  const at = below(lines.length);
  const tree = parsed(lines[at]!);
  if (tree === undefined) return undefined;
  lines[at] = changedTree(tree, words, below) ?? lines[at]!;
  return lines.join('\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changedTree(value: unknown, words: readonly string[], below: Below): string | undefined {
  try {
    let tree = value;
    for (let left = 1 + below(3); left > 0; left--) tree = changedOnce(tree, words, below);
    const json = JSON.stringify(tree) ?? 'null';
    return json.replace(/"\\u0001(.*?)\\u0002"/g, (_, inner: string) => JSON.parse(`"${inner}"`));
  } catch {
    return undefined; // it nests too deeply to be walked over
  }
}

interface Place {
  holder: Tree | unknown[];
  key: string;
}

function changedOnce(tree: unknown, words: readonly string[], below: Below): unknown {
  const place = somewhere(tree, below);
  if (place === undefined || below(40) === 0) return below(2) === 0 ? values(below) : [tree, tree];
  const { holder, key } = place;
  const old = (holder as Tree)[key];
  switch (below(7)) {
    case 0:
      put(holder, key, values(below));
      break;
    case 1:
      put(holder, key, similar(old, below));
      break;
    case 2:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 3: {
      const from = somewhere(tree, below)!;
      put(holder, key, structuredClone((from.holder as Tree)[from.key]));
      break;
    }
    case 4:
      // A list would grow up to a word that is a number.
      put(holder, Array.isArray(holder) || words.length === 0 ? key : pick(words, below), [old]);
      break;
    case 5:
      if (Array.isArray(holder)) holder.splice(below(holder.length + 1), 0, structuredClone(old));
      else put(holder, pick([...words, `${key}s`, '', '__proto__'], below), structuredClone(old));
      break;
    default:
      if (words.length > 0) put(holder, key, pick(words, below));
  }
  return tree;
}

/** As JSON.parse does it: `__proto__` is a member as others. */
function put(holder: Tree | unknown[], key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function somewhere(tree: unknown, below: Below): Place | undefined {
  const places: Place[] = [];
  const open = [tree];
  while (open.length > 0 && places.length < 300) {
    const holder = open.pop();
    if (typeof holder !== 'object' || holder === null) continue;
    for (const key of Object.keys(holder).slice(0, 24)) {
      places.push({ holder: holder as Tree, key });
      open.push((holder as Tree)[key]);
    }
  }
  return places.length === 0 ? undefined : pick(places, below);
}

function similar(old: unknown, below: Below): unknown {
  if (typeof old === 'number') return pick([old + 1, old - 1, -old, old * 1000, old / 3, `${old}`], below);
  if (typeof old === 'boolean') return pick([!old, `${old}`], below);
  if (typeof old === 'string') {
    const at = below(old.length + 1);
    const one = pick(['', ' ', 'a', '\u0301', '漢', '\ud83d', '\0', '"', '\n'], below);
    return `${old.slice(0, at)}${one}${old.slice(at + below(2))}`;
  }
  if (Array.isArray(old))
    return pick<unknown>([[...old, ...old], old.toReversed(), old.slice(1), old[0]], below);
  return old;
}
