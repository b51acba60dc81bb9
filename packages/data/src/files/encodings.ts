import { AttuneError } from '@attune/errors';

/** How an encoding is shown, by the name that TextDecoder has for it. Those that are guessed, the likelier one first. */
const shownNames: Readonly<Record<string, string>> = {
  gb18030: 'GB18030',
  shift_jis: 'Shift_JIS',
  big5: 'Big5',
  'euc-kr': 'EUC-KR',
  'euc-jp': 'EUC-JP',
  'windows-1252': 'Windows-1252',
  'windows-1250': 'Windows-1250',
  'windows-1251': 'Windows-1251',
  'windows-1253': 'Windows-1253',
  'windows-1254': 'Windows-1254',
  'windows-1257': 'Windows-1257',
  'windows-1255': 'Windows-1255',
  'windows-1256': 'Windows-1256',
  'windows-1258': 'Windows-1258',
  'windows-874': 'Windows-874',
  'iso-8859-2': 'ISO-8859-2',
  'koi8-r': 'KOI8-R',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
  'utf-8': 'UTF-8',
};

/** An encoding of text: `label` as TextDecoder knows it, `name` as people write it. */
export interface Encoding {
  label: string;
  name: string;
}

/** The encoding that a user names, such as `GBK`, `latin1` or `sjis`. @throws {AttuneError} INVALID_ARGUMENT */
export function encodingNamed(name: string): Encoding {
  try {
    const label = new TextDecoder(name.trim()).encoding;
    // TextDecoder reads GBK as its superset.
    return encodingOf(label === 'gbk' ? 'gb18030' : label);
  } catch (cause) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the name of an encoding, such as ${Object.values(shownNames).join(', ')}, but received "${name}".`,
      { cause },
    );
  }
}

export function encodingOf(label: string): Encoding {
  return { label, name: shownNames[label] ?? label.toUpperCase() };
}

/** Reads bytes in pieces that may end inside a character. Bytes that are no text come out as U+FFFD. */
export interface PieceDecoder {
  decode(piece: Uint8Array): string;
  /** What the end of the file leaves of a character. */
  end(): string;
}

export function decoderOf({ label }: Encoding): PieceDecoder {
  if (label === 'windows-1252') return { decode: decodeWindows1252, end: () => '' };
  const decoder = new TextDecoder(label);
  return { decode: (piece) => decoder.decode(piece, { stream: true }), end: () => decoder.decode() };
}

/** Bytes 0x80 to 0x9F. Node's TextDecoder takes windows-1252 for ISO-8859-1, which has control characters there. */
const windows1252 =
  '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd' +
  '\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178';

function decodeWindows1252(piece: Uint8Array): string {
  const latin1 = Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('latin1');
  return latin1.replace(/[\u0080-\u009f]/g, (sign) => windows1252.charAt(sign.charCodeAt(0) - 0x80));
}
