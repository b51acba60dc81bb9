import { isUtf8 } from 'node:buffer';
import { AttuneError } from '@attune/errors';

export interface TextLine {
  /** Without its line break. Bytes that are not UTF-8 are read as U+FFFD, and `validUtf8` says so. */
  text: string;
  /** The first line is 1. */
  line: number;
  /** Of the line's first byte in the unpacked file. */
  byteOffset: number;
  validUtf8: boolean;
}

/** Longer than any row of a log: past it, the file is not one of lines. */
const longestLineBytes = 64 * 1024 * 1024;

/**
 * Lines of UTF-8 text, one batch for each piece of the file. Ends of line are LF or CRLF; a byte order mark is passed
 * over; a last line needs no end.
 *
 * @throws {AttuneError} FORMAT_UNSUPPORTED for UTF-16, and for a line longer than 64 MiB
 */
export async function* textLines(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<TextLine[]> {
  let rest: Buffer[] = []; // the beginning of a line whose end has not come yet
  let restBytes = 0;
  let line = 0;
  let offset = 0; // of the first byte of `rest`
  let begun = false;
  for await (const chunk of chunks) {
    const lastBreak = chunk.lastIndexOf(10);
    if (lastBreak === -1) {
      rest.push(chunk);
      restBytes += chunk.length;
      if (restBytes > longestLineBytes) throw notText(path, `line ${line + 1} is longer than 64 MiB`);
      continue;
    }
    let whole = chunk.subarray(0, lastBreak + 1);
    if (restBytes > 0) whole = Buffer.concat([...rest, whole]);
    rest = lastBreak + 1 < chunk.length ? [chunk.subarray(lastBreak + 1)] : [];
    restBytes = chunk.length - lastBreak - 1;
    if (!begun) {
      begun = true;
      checkEncoding(whole, path);
    }
    const batch = linesOf(whole, line, offset);
    line += batch.length;
    offset += whole.length;
    yield batch;
  }
  if (restBytes > 0) {
    const last = Buffer.concat(rest);
    if (!begun) checkEncoding(last, path);
    yield linesOf(last, line, offset);
  }
}

function linesOf(bytes: Buffer, linesBefore: number, offset: number): TextLine[] {
  const lines: TextLine[] = [];
  const allValid = isUtf8(bytes);
  let line = linesBefore;
  let start = 0;
  while (start < bytes.length) {
    const lineBreak = bytes.indexOf(10, start);
    const next = lineBreak === -1 ? bytes.length : lineBreak + 1;
    let end = lineBreak === -1 ? bytes.length : lineBreak;
    if (end > start && bytes[end - 1] === 13) end -= 1;
    const validUtf8 = allValid || isUtf8(bytes.subarray(start, end));
    let text = bytes.toString('utf8', start, end);
    line += 1;
    if (line === 1 && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    lines.push({ text, line, byteOffset: offset + start, validUtf8 });
    start = next;
  }
  return lines;
}

function checkEncoding(head: Buffer, path: string): void {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) throw notText(path, 'it begins with the byte order mark of UTF-16. Save it as UTF-8');
}

function notText(path: string, what: string): AttuneError {
  return new AttuneError('FORMAT_UNSUPPORTED', `Expected UTF-8 text in ${path}, but ${what}.`);
}
