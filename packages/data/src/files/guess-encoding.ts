import { decoderOf, type Encoding, encodingOf } from './encodings.js';

// Which encoding text of a language is written in, told by its letters: read in the right encoding, text is made of letters that
// its language uses, and uses often; read in a wrong one, of rare signs, of symbols inside words, or of nothing at all.

interface Candidate {
  label: string;
  /** Points of one character that is not ASCII, up to 1.5; `before` and `after` are its neighbours. */
  pointsOf(character: string, before: string, after: string): number;
}

/** Points of a character that no text has. */
const impossible = -5;
const symbols = /[\p{Sc}\p{Po}\p{Pd}\p{Pi}\p{Pf}\p{Ps}\p{Pe}°®©™×±½¼¾²³ªº«»\u00a0]/u;
const nothing = /[\ufffd\ue000-\uf8ff\u0080-\u009f]/;

/** The characters whose two bytes lie in a rectangle: standards put the frequent ones together. */
function block(label: string, leads: [number, number], trails: [number, number]): ReadonlySet<string> {
  const decoder = new TextDecoder(label);
  const found = new Set<string>();
  for (let lead = leads[0]; lead <= leads[1]; lead += 1) {
    for (let trail = trails[0]; trail <= trails[1]; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (!character.includes('\ufffd')) found.add(character);
    }
  }
  return found;
}

/** Text of two bytes a character: `common` fills most of it, `frequent` a good part. */
function eastAsian(
  label: string,
  common: () => ReadonlySet<string>,
  frequent: string,
  kana: number,
): () => Candidate {
  return () => {
    const commonSet = common();
    const frequentSet = new Set(frequent);
    return {
      label,
      pointsOf(character, before, after) {
        if (nothing.test(character)) return impossible;
        // A small letter of ASCII on both sides is the inside of a Latin word.
        const inside = Number(/[a-z]/.test(before)) + Number(/[a-z]/.test(after));
        if (inside > 0) return 1 - 1.5 * inside;
        if (frequentSet.has(character)) return 1.5;
        if (commonSet.has(character)) return 1;
        if (/[\u3000-\u3029\uff01-\uff5e]/.test(character)) return 0.5;
        if (/[\u3041-\u3096\u30a1-\u30fc]/.test(character)) return kana;
        return -1;
      },
    };
  };
}

/** Text of one byte a character in a script of its own. */
function ownScript(label: string, script: RegExp, frequent: string): () => Candidate {
  return () => ({
    label,
    pointsOf(character, before, after) {
      if (nothing.test(character)) return impossible;
      if (!script.test(character)) return symbols.test(character) ? 0.3 : -1;
      if (/[a-z]/i.test(before + after)) return -1;
      if (!isLetter(before) && !isLetter(after)) return 0;
      const small = character.toLowerCase();
      const points = frequent.includes(small) ? 1.5 : 0.6;
      if (small === character) return points;
      // Capitals are rarer, and never behind a small letter.
      return isSmall(before) ? -1 : 0.8 * points;
    },
  });
}

/** Thai has no capitals and no blanks between words, but signs that only stand above, below or before a consonant. */
function thai(): Candidate {
  const isConsonant = (character: string) => /[\u0e01-\u0e2e]/.test(character);
  const isSign = (character: string) => /[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]/.test(character);
  return {
    label: 'windows-874',
    pointsOf(character, before, after) {
      if (nothing.test(character)) return impossible;
      if (!/[\u0e01-\u0e4e]/.test(character)) return symbols.test(character) ? 0.3 : -1;
      if (isSign(character)) return isConsonant(before) || isSign(before) ? 1.5 : -3;
      if (/[\u0e40-\u0e44]/.test(character)) return isConsonant(after) ? 1.5 : -3;
      if ('ฃฅฆฌฎฏฐฑฒฤฦฬฯ'.includes(character)) return -1;
      return 'ารนอกงมยลวดทสต'.includes(character) ? 1.2 : 0.8;
    },
  };
}

/** Text of a Latin script, of a language that has these letters beside those of ASCII: first those that it has most of. */
function latin(label: string, frequent: string, others = ''): () => Candidate {
  const frequentSet = new Set(frequent + frequent.toUpperCase());
  const both = new Set([...frequentSet, ...others, ...others.toUpperCase()]);
  return () => ({
    label,
    pointsOf(character, before, after) {
      if (nothing.test(character)) return impossible;
      if (isLetter(character)) {
        if (!both.has(character) || (isSmall(before) && !isSmall(character))) return -1;
        // A letter beyond ASCII seldom has another one beside it.
        const points = isBeyond(before) || isBeyond(after) ? 0.7 : 1;
        return frequentSet.has(character) ? points + 0.1 : points - 0.1;
      }
      if (!symbols.test(character)) return -1;
      if (/[’·]/.test(character)) return 0.6;
      if (isLetter(before) && isLetter(after)) return -1;
      // Quotes, dashes and marks of trade stand beside words; others beside numbers.
      const besideWords = /[\p{Pi}\p{Pf}\p{Ps}\p{Pe}\p{Pd}™®©¡¿…•]/u.test(character);
      return !besideWords && (isLetter(before) || isLetter(after)) ? -1 : 0.5;
    },
  });
}

const isLetter = (character: string) => /\p{L}/u.test(character);
const isSmall = (character: string) => character !== character.toUpperCase();
const isBeyond = (character: string) => character > '\u007f' && isLetter(character);

const simplified =
  '的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从色装套新款式女男童鞋包衣裤机电器水手灯桌椅布品白黑红蓝长短号防纸车线板';
const traditional =
  '的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生自會那後能對著事其裡所去行過家十用發天如然作方成者多日都三小軍二無同麼經法當起與好看學進種將還分此心前面又定見只主沒公從色裝套新款式女男童鞋包衣褲機電器水手燈桌椅布品白黑紅藍長短號防紙車線板';
const japanese =
  '日本人一大年中国出会上生地者東時行事分用品色円入力学小新機電車水手木黒白赤青金長無限型式個枚組';
const korean =
  '이다는의에가을를은로고하지기사리도서인자시스아어나라대한해정수일그만보상주전부장소구여제조비원마트무용남성세유선디오모경공';

const candidates: readonly (() => Candidate)[] = [
  eastAsian('gb18030', () => block('gb18030', [0xb0, 0xd7], [0xa1, 0xfe]), simplified, -1),
  eastAsian('big5', () => block('big5', [0xa4, 0xc6], [0x40, 0xfe]), traditional, -1),
  eastAsian('shift_jis', () => block('shift_jis', [0x88, 0x97], [0x40, 0xfc]), japanese, 1.5),
  eastAsian('euc-jp', () => block('euc-jp', [0xb0, 0xcf], [0xa1, 0xfe]), japanese, 1.5),
  eastAsian('euc-kr', () => block('euc-kr', [0xb0, 0xc8], [0xa1, 0xfe]), korean, -1),
  // The same bytes mean the same letter in many of these; the first one is then named.
  latin('windows-1252', 'éèàêç', 'âæëîïôœùûüÿ'),
  latin('windows-1252', 'üäöß'),
  latin('windows-1252', 'óíáñé', 'úü'),
  latin('windows-1252', 'ãçáéíóê', 'âàôõú'),
  latin('windows-1252', 'àèùòì', 'é'),
  latin('windows-1252', 'ëé', 'ïèöüó'),
  latin('windows-1252', 'åäöøæ', 'é'),
  latin('windows-1252', 'áðíóþæö', 'éúý'),
  ...['windows-1250', 'iso-8859-2'].flatMap((label) => [
    latin(label, 'łżóąęś', 'ćńź'),
    latin(label, 'íáěšřžýč', 'éůúťďňó'),
    latin(label, 'áíčšžýľ', 'äďéĺňóôŕťú'),
    latin(label, 'áéőöóü', 'íúű'),
    latin(label, 'ăâîşţ'),
    latin(label, 'čšž', 'ćđ'),
  ]),
  latin('windows-1254', 'ışüçğö', 'âîİ'),
  latin('windows-1257', 'ėšųįžą', 'čęū'),
  latin('windows-1257', 'āīēšūņ', 'čģķļž'),
  latin('windows-1257', 'äõüö', 'šž'),
  latin('windows-1258', 'đơưăâêô\u0300\u0301\u0303\u0309\u0323', 'àáãèéíóùúý'),
  ownScript('windows-1251', /[\u0400-\u045f\u0490\u0491]/, 'оеаинтсрвл'),
  ownScript('koi8-r', /[\u0410-\u044f\u0401\u0451]/, 'оеаинтсрвл'),
  ownScript('windows-1253', /[\u0384-\u03ce]/, 'αοιετσνηρς'),
  ownScript('windows-1255', /[\u05d0-\u05ea]/, 'יוהלאתרבשמ'),
  ownScript('windows-1256', /[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af]/, 'اليمنروتبة'),
  thai,
];

/** Less than this a character and the text is not one of the language. */
const leastPoints = 0.5;
/** By so much, in points for each character and in all, the best reading must lead one that reads other letters. */
const leastLead = { each: 0.12, all: 0.5 };

/**
 * The encoding of bytes that are not UTF-8, or undefined when none fits or two fit alike.
 *
 * @param bytes  whole lines, or parts that end between characters; some dozen letters are enough, and more are surer
 */
export function guessEncoding(bytes: Buffer): Encoding | undefined {
  const readings = candidates
    .map((create) => reading(create(), bytes))
    .sort((a, b) => b.points - a.points || 0);
  const [best] = readings;
  if (best === undefined) return undefined;
  const other = readings.find(({ letters }) => letters !== best.letters);
  const lead = best.points - (other?.points ?? Number.NEGATIVE_INFINITY);
  const isSure =
    best.points >= leastPoints * best.units && lead >= leastLead.each * best.units && lead >= leastLead.all;
  return isSure ? encodingOf(best.label) : undefined;
}

/** What the bytes say in one encoding, and how much that looks like its language. `units` counts two bytes as one for all. */
function reading({ label, pointsOf }: Candidate, bytes: Buffer) {
  const decoder = decoderOf(encodingOf(label));
  const characters = [...(decoder.decode(bytes) + decoder.end())];
  let points = 0;
  let letters = '';
  characters.forEach((character, at) => {
    if (character <= '\u007f') return;
    letters += character;
    points += pointsOf(character, characters[at - 1] ?? ' ', characters[at + 1] ?? ' ');
  });
  // So that readings compare, points are those of a character, whether it takes one byte or two.
  const units = letters.length;
  const high = bytes.reduce((count, byte) => count + (byte > 0x7f ? 1 : 0), 0);
  return { label, letters, points: units === 0 ? 0 : (points / units) * high, units: high };
}
