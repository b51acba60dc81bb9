import type { JsonFields } from '../../files/json-fields.js';

/**
 * What a character map of SentencePiece replaces characters with: the longest of its replacements is all that is asked of it here.
 *
 * Its bytes are the length of a trie (4 bytes), the trie, and texts that end in 0. The trie is a double array (Darts) of units of 4 bytes: from
 * the unit of a place, its offset leads to the next place; the byte of a text chooses among the 255 units beside that one. The tokenizers
 * library follows it without looking where it leads, so every way through it is gone here.
 *
 * @throws {AttuneError} BUNDLE_INVALID
 */
export function checkCharacterMap(fields: JsonFields, key: string): { replacements: Set<string> } {
  const base64 = fields.string(key);
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw fields.invalid(`"${key}" should be base64`);
  if (bytes.length > mostBytes)
    throw fields.invalid(`"${key}" has ${bytes.length} bytes; at most ${mostBytes} are read`);
  const trieBytes = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  if (trieBytes === 0 || trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length)
    throw fields.invalid(`"${key}" should begin with the length of its trie`);
  const units = new Uint32Array(trieBytes / 4);
  for (let i = 0; i < units.length; i++) units[i] = bytes.readUInt32LE(4 + 4 * i);
  const texts = bytes.subarray(4 + trieBytes);
  if (!isUtf8(texts)) throw fields.invalid(`"${key}" should hold texts in UTF-8`);
  const replacements = new Set<string>();
  for (const place of placesOfTexts(units, () => fields.invalid(`"${key}" leads out of its trie`))) {
    if (place > texts.length || (texts[place]! & 0xc0) === 0x80)
      throw fields.invalid(`"${key}" leads out of its texts`);
    const end = texts.indexOf(0, place);
    replacements.add(texts.toString('utf8', place, end < 0 ? texts.length : end));
  }
  return { replacements };
}

/** That of XLM-RoBERTa has 238,000. */
const mostBytes = 2 ** 22;

/** Where each way through the trie that ends in a replacement leads to among the texts. */
function placesOfTexts(units: Uint32Array, outside: () => Error): Set<number> {
  const found = new Set<number>();
  const seen = new Uint8Array(units.length);
  const waiting: number[] = [];
  const visit = (place: number) => {
    // A text may go on with any byte, and all of them are looked up.
    if ((place | 0xff) >= units.length) throw outside();
    if (seen[place]) return;
    seen[place] = 1;
    waiting.push(place);
  };
  visit(offsetOf(units[0]!));
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    for (let byte = 1; byte < 256; byte++) {
      const place = from ^ byte;
      const unit = units[place]!;
      if ((unit & 0x800000ff) >>> 0 !== byte) continue;
      const next = place ^ offsetOf(unit);
      visit(next);
      if ((unit >>> 8) & 1) found.add(units[next]! & 0x7fffffff);
    }
  }
  return found;
}

const offsetOf = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
