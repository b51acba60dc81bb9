import { isUtf8 } from 'node:buffer';
import { AttuneError } from '@attune/errors';

export interface TextLine {
  /** Without its line break. Bytes that are no text are read as U+FFFD, and `isValid` says so. */
  text: string;
  /** The first line is 1. */
  line: number;
  /** Of the line's first byte in the unpacked file; of a file in another encoding, in what it is as UTF-8. */
  byteOffset: number;
  isValid: boolean;
}

/** Longer than any row of a log: past it, the file is not one of lines. */
const longestLineBytes = 64 * 1024 * 1024;

/**
 * Lines of UTF-8 text, one batch for each piece of the file. Ends of line are LF or CRLF; a byte order mark is passed
 * over; a last line needs no end.
 *
 * @param wasDecoded  the chunks come from another encoding, so that U+FFFD stands for bytes that are no text in it
 * @throws {AttuneError} FORMAT_UNSUPPORTED for a line longer than 64 MiB
 */
export async function* textLines(
  chunks: AsyncIterable<Buffer>,
  path: string,
  { wasDecoded = false }: { wasDecoded?: boolean } = {},
): AsyncGenerator<TextLine[]> {
  let rest: Buffer[] = []; // the beginning of a line whose end has not come yet
  let restBytes = 0;
  let line = 0;
  let offset = 0; // of the first byte of `rest`
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
    const batch = linesOf(whole, line, offset, wasDecoded);
    line += batch.length;
    offset += whole.length;
    yield batch;
  }
  if (restBytes > 0) {
    yield linesOf(Buffer.concat(rest), line, offset, wasDecoded);
  }
}

function linesOf(bytes: Buffer, linesBefore: number, offset: number, wasDecoded: boolean): TextLine[] {
  const lines: TextLine[] = [];
  const allValid = isUtf8(bytes);
  let line = linesBefore;
  let start = 0;
  while (start < bytes.length) {
    const lineBreak = bytes.indexOf(10, start);
    const next = lineBreak === -1 ? bytes.length : lineBreak + 1;
    let end = lineBreak === -1 ? bytes.length : lineBreak;
    if (end > start && bytes[end - 1] === 13) end -= 1;
    let text = bytes.toString('utf8', start, end);
    line += 1;
    if (line === 1 && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    const isValid = wasDecoded ? !text.includes('\ufffd') : allValid || isUtf8(bytes.subarray(start, end));
    lines.push({ text, line, byteOffset: offset + start, isValid });
    start = next;
  }
  return lines;
}

function notText(path: string, what: string): AttuneError {
  return new AttuneError('FORMAT_UNSUPPORTED', `Expected text in ${path}, but ${what}.`);
}
