import { HttpError } from './errors.js';

export interface LineLimits {
  maxBytes: number;
  maxLineBytes: number;
  maxLines: number;
}

/** A line without its end, or `tooLong` with what is left out. Blank lines are passed over, but counted. */
export interface Line {
  /** From 1. */
  number: number;
  bytes: Buffer;
  tooLong: boolean;
}

const lineFeed = 0x0a;
const nothing = Buffer.alloc(0);

/**
 * Cuts a stream into lines as it arrives. A line beyond its limit is not kept, only passed over.
 *
 * @throws {HttpError} 413 beyond `maxBytes` or `maxLines`, after the lines before
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, limits: LineLimits): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;
  let received = 0;
  let number = 0;

  const keep = (part: Buffer): void => {
    heldBytes += part.length;
    tooLong ||= heldBytes > limits.maxLineBytes;
    if (tooLong) held = [];
    else if (part.length > 0) held.push(part);
  };
  const take = (): Line | undefined => {
    const line = { number: ++number, bytes: tooLong ? nothing : trimmed(held), tooLong };
    held = [];
    heldBytes = 0;
    tooLong = false;
    return line.bytes.length === 0 && !line.tooLong ? undefined : line;
  };

  for await (const chunk of stream) {
    received += chunk.length;
    if (received > limits.maxBytes) throw tooLarge(`${limits.maxBytes} bytes`);
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (number > limits.maxLines) throw tooLarge(`${limits.maxLines} lines`);
      if (line !== undefined) yield line;
    }
    keep(chunk.subarray(start));
  }
  if (heldBytes > 0) {
    const line = take();
    if (number > limits.maxLines) throw tooLarge(`${limits.maxLines} lines`);
    if (line !== undefined) yield line;
  }
}

/** A line's bytes as one, without a carriage return or blanks at its ends. */
function trimmed(parts: Buffer[]): Buffer {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  let start = 0;
  let end = bytes.length;
  while (start < end && isBlank(bytes[start]!)) ++start;
  while (end > start && isBlank(bytes[end - 1]!)) --end;
  return bytes.subarray(start, end);
}

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

export function tooLarge(limit: string): HttpError {
  return new HttpError(
    413,
    'INVALID_ARGUMENT',
    `Expected a body of at most ${limit}, but it is larger. What the lines before say stands; send the rest in another request.`,
  );
}
