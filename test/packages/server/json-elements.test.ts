import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../../packages/server/src/json-elements.js';

const limits = { maxBytes: 10_000, maxLineBytes: 100, maxLines: 20 };

/** The entries of a text that arrives in pieces of so many bytes. */
async function cut(text: string, size: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const entries: string[] = [];
  for await (const { number, bytes: entry, tooLong } of elementsOf(pieces(), limits)) {
    expect(number).toBe(entries.length + 1);
    entries.push(tooLong ? 'too long' : entry.toString().trim());
  }
  return entries;
}

const values = [{ a: '[,]}"\\' }, [1, [2, 3]], 'x,\\"]é', 7, { deep: { er: [{}] } }, null];

describe('the entries of a JSON list', () => {
  it.each([1, 2, 3, 7, 1000])('are cut as they arrive, %i bytes at a time', async (size) => {
    for (const text of [
      JSON.stringify(values),
      JSON.stringify(values, null, 2),
      `\ufeff ${JSON.stringify(values)} \n`,
    ]) {
      expect((await cut(text, size)).map((entry) => JSON.parse(entry))).toEqual(values);
    }
    expect(await cut('[]', size)).toEqual([]);
    expect(await cut(' [ \n ] ', size)).toEqual([]);
    expect(await cut('', size)).toEqual([]);
    expect(await cut('{"a":[1,2]}', size)).toEqual(['{"a":[1,2]}']);
  });

  it.each([1, 1000])('that are none are left to their reader, %i bytes at a time', async (size) => {
    expect(await cut('[1,,2,]', size)).toEqual(['1', '', '2', '']);
    expect(await cut('[{} {}]', size)).toEqual(['{} {}']);
    expect(await cut(`["${'x'.repeat(200)}", 1]`, size)).toEqual(['too long', '1']);
  });

  it.each([
    ['[1, 2', /it ends too early/],
    ['[{"a": "', /it ends too early/],
    ['[1] [2]', /something stands behind it/],
    [`[${'1,'.repeat(20)}1]`, /at most 20 documents/],
    [`[${'1,'.repeat(6000)}1]`, /at most (10000 bytes|20 documents)/],
  ])('%.20s is refused', async (text, message) => {
    await expect(cut(text, 5)).rejects.toThrow(message);
    await expect(cut(text, 5000)).rejects.toThrow(message);
  });
});
