import { isAscii, isUtf8 } from 'node:buffer';
import { AttuneError } from '@attune/errors';
import { type ByteSource, firstBytes } from './byte-source.js';
import { decoderOf, type Encoding, encodingNamed, encodingOf } from './encodings.js';
import { guessEncoding } from './guess-encoding.js';

/** How the bytes of a file are text. */
export interface TextForm {
  /** Of text that is not UTF-8. */
  encoding?: (Encoding & { guessed: boolean }) | undefined;
  /** Lines end with CR alone, as old programs for the Mac write them. */
  endsWithCr?: boolean | undefined;
}

const headBytes = 1 << 16;
/** Of lines that are not UTF-8, so many bytes tell the encoding. */
const evidenceBytes = 1 << 15;
/** So many lines of valid UTF-8 beyond ASCII show that the file is UTF-8. */
const enoughLines = 1000;
/** A file of ASCII with so small a share of lines that are anything else is read as UTF-8 with broken lines. */
const brokenShare = 0.01;

/**
 * The encoding of a text file, read as far as it takes: undefined for UTF-8, also with some broken lines.
 *
 * @param declared  the encoding that the user names, which is not checked
 * @throws {AttuneError} FORMAT_UNSUPPORTED when the bytes are not UTF-8 and no other encoding fits surely; INVALID_ARGUMENT
 *   for a declared encoding that there is none of
 */
export async function encodingOfText(
  source: ByteSource,
  path: string,
  declared?: string | undefined,
): Promise<TextForm['encoding']> {
  if (declared !== undefined) {
    const encoding = encodingNamed(declared);
    return encoding.label === 'utf-8' ? undefined : { ...encoding, guessed: false };
  }
  const head = await firstBytes(source.chunks(), headBytes);
  if (head[0] === 0xff && head[1] === 0xfe) return { ...encodingOf('utf-16le'), guessed: false };
  if (head[0] === 0xfe && head[1] === 0xff) return { ...encodingOf('utf-16be'), guessed: false };
  const utf16 = utf16WithoutMark(head);
  if (utf16 !== undefined) return { ...encodingOf(utf16), guessed: true };
  if (head.includes(0)) return undefined; // binary, or broken: what reads it says so
  const found = await linesThatAreNotUtf8(source);
  if (found.isUtf8) return undefined;
  const guess = guessEncoding(Buffer.concat(found.evidence));
  if (guess !== undefined) return { ...guess, guessed: true };
  if (found.otherBytes < brokenShare * found.bytes) return undefined;
  throw new AttuneError(
    'FORMAT_UNSUPPORTED',
    `Expected UTF-8 text in ${path}, but its bytes are not, and they do not tell which other encoding it is in. Name it with ` +
      '`encoding`, such as GB18030, Big5, Shift_JIS, EUC-KR or Windows-1252, or save the file as UTF-8.',
  );
}

/** The bytes of a text file as UTF-8, with LF or CRLF at the ends of lines. */
export async function* utf8Chunks(
  chunks: AsyncIterable<Buffer>,
  { encoding, endsWithCr }: TextForm,
): AsyncGenerator<Buffer> {
  const decoder = encoding && decoderOf(encoding);
  for await (const chunk of chunks) {
    const bytes = decoder ? Buffer.from(decoder.decode(chunk)) : chunk;
    yield endsWithCr ? withLineFeeds(bytes) : bytes;
  }
  const rest = decoder?.end() ?? '';
  if (rest !== '') yield Buffer.from(rest);
}

/** Whether the first end of a line, outside of quotes, is a CR without LF. */
export function endsWithCrAlone(head: string): boolean {
  let isQuoted = false;
  for (let at = 0; at < head.length; at += 1) {
    const sign = head[at];
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === '\n') return false;
    else if (!isQuoted && sign === '\r') return at + 1 < head.length && head[at + 1] !== '\n';
  }
  return false;
}

function withLineFeeds(bytes: Buffer): Buffer {
  let at = bytes.indexOf(13);
  if (at === -1) return bytes;
  const changed = Buffer.from(bytes);
  for (; at !== -1; at = changed.indexOf(13, at + 1)) changed[at] = 10;
  return changed;
}

/** UTF-16 shows by ASCII, such as delimiters and ends of lines: every other byte of it is 0, always on the same side. */
function utf16WithoutMark(head: Buffer): string | undefined {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < head.length; at += 1) {
    if (head[at] === 0) {
      if (at % 2 === 0) even += 1;
      else odd += 1;
    }
  }
  if (even + odd < head.length / 50) return undefined;
  const label = odd > 20 * even ? 'utf-16le' : even > 20 * odd ? 'utf-16be' : undefined;
  if (label === undefined) return undefined;
  const text = new TextDecoder(label).decode(head.subarray(0, head.length - (head.length % 4)));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: text has none of these
  return /[\u0000-\u0008\u000e-\u001f\ufffe\uffff]/.test(text) ? undefined : label;
}

interface Lines {
  isUtf8: boolean;
  /** Lines that are not, up to some 32 KiB. */
  evidence: Buffer[];
  bytes: number;
  /** Of them, those in lines that are not UTF-8. */
  otherBytes: number;
}

async function linesThatAreNotUtf8(source: ByteSource): Promise<Lines> {
  const found: Lines = { isUtf8: false, evidence: [], bytes: 0, otherBytes: 0 };
  let [utf8Lines, otherLines, utf8Characters, brokenCharacters] = [0, 0, 0, 0];
  for await (const piece of piecesOf(source.chunks())) {
    found.bytes += piece.length;
    if (isAscii(piece)) continue;
    for (const line of linesOf(piece)) {
      if (isAscii(line)) continue;
      if (isUtf8(line)) {
        utf8Lines += 1;
        continue;
      }
      otherLines += 1;
      found.otherBytes += line.length;
      if (found.otherBytes - line.length < evidenceBytes) found.evidence.push(Buffer.from(line));
      for (const character of line.toString('utf8')) {
        if (character === '\ufffd') brokenCharacters += 1;
        else if (character > '\u007f') utf8Characters += 1;
      }
    }
    if (utf8Lines >= enoughLines && otherLines === 0) break;
    if (found.otherBytes > evidenceBytes && otherLines > utf8Lines) break;
  }
  // A text that was cut inside a character is still mostly UTF-8.
  found.isUtf8 = utf8Lines >= otherLines || utf8Characters >= 2 * brokenCharacters;
  return found;
}

/** Whole lines, or, of a line that is longer than a chunk, parts that end at a sign which no encoding has inside a character. */
async function* piecesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let end = bytes.lastIndexOf(10) + 1;
    if (end === 0) {
      end = bytes.length;
      while (end > 0 && (bytes[end - 1] as number) >= 0x30) end -= 1;
    }
    if (end > 0) yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

/** Lines, and parts of a line of more than 4 KiB, cut at a sign that no encoding has inside a character. */
function* linesOf(piece: Buffer): Generator<Buffer> {
  let start = 0;
  for (let at = 0; at < piece.length; at += 1) {
    const byte = piece[at] as number;
    if (byte === 10 || byte === 13 || (byte < 0x30 && at - start > 4096)) {
      yield piece.subarray(start, at + 1);
      start = at + 1;
    }
  }
  if (start < piece.length) yield piece.subarray(start);
}
