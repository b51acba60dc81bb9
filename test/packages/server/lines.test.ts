import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, linesOf } from '../../../packages/server/src/lines.js';

const generous = { maxBytes: 1e6, maxLineBytes: 1e5, maxLines: 1000 };

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let i = 0; at < bytes.length; ++i) {
    const size = sizes[i % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(text: string, sizes = [7], limits = generous): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(inPieces(Buffer.from(text), sizes), limits)) lines.push(line);
  return lines;
}

describe('lines of a stream', () => {
  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-zä😀 ]{0,20}$/u), { maxLength: 30 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (texts, end, ended, sizes) => {
          const lines = await read(texts.join(end) + (ended ? end : ''), sizes);
          const expected = texts
            .map((text, i) => ({ number: i + 1, text: text.trim() }))
            .filter(({ text }) => text !== '');
          expect(lines.map(({ number, bytes }) => ({ number, text: bytes.toString() }))).toEqual(expected);
        },
      ),
      { numRuns: 200, seed: 11 },
    );
  });

  it('beyond their limit are passed over, and the next are read', async () => {
    const lines = await read(`ab\n${'x'.repeat(50)}\ncd`, [9], { ...generous, maxLineBytes: 10 });
    expect(lines.map(({ number, bytes, tooLong }) => [number, bytes.toString(), tooLong])).toEqual([
      [1, 'ab', false],
      [2, '', true],
      [3, 'cd', false],
    ]);
  });

  it('end with an error once they are too many or too much', async () => {
    await expect(read('a\nb\nc\n', [2], { ...generous, maxLines: 2 })).rejects.toThrow(/2 lines/);
    await expect(read('a\nb\nc', [2], { ...generous, maxLines: 2 })).rejects.toThrow(/2 lines/);
    await expect(read('a\nb\nc\n', [2], { ...generous, maxBytes: 5 })).rejects.toThrow(/5 bytes/);
  });
});
