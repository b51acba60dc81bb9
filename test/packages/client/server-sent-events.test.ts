import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { serverSentEvents } from '../../../packages/client/src/server-sent-events.js';

async function parse(pieces: string[]) {
  const events = [];
  for await (const event of serverSentEvents(
    (async function* () {
      yield* pieces;
    })(),
  )) {
    events.push(event);
  }
  return events;
}

it('reads fields, joins data, leaves comments out and keeps the last id', async () => {
  const text =
    ': hello\nretry: 250\nid: 7\nevent: job\ndata: a\ndata:b\n\n: beat\n\ndata\n\nid: 8\n\ndata: c\n\ndata: cut off';
  expect(await parse([text])).toEqual([
    { id: '7', event: 'job', data: 'a\nb', retryMs: 250 },
    { id: '7', event: 'message', data: '', retryMs: 250 },
    { id: '8', event: 'message', data: 'c', retryMs: 250 },
  ]);
});

it('gives the same events wherever the network cuts the stream, and whatever ends its lines', async () => {
  const fragment = fc.constantFrom(
    'data: x',
    'data:',
    'id: 4',
    ': c',
    '',
    '',
    'event: job',
    'retry: 9',
    'é😀',
  );
  const property = fc.asyncProperty(
    fc.array(fragment, { maxLength: 12 }),
    fc.constantFrom('\n', '\r\n', '\r'),
    fc.array(fc.nat(80), { maxLength: 6 }),
    async (lines, end, cuts) => {
      const text = `${lines.join(end)}${end}: last${end}`;
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((place, i) => text.slice(places[i]!, place));
      expect(await parse(pieces)).toEqual(await parse([`${lines.join('\n')}\n: last\n`]));
    },
  );
  await fc.assert(property, { numRuns: 300, seed: 1 });
});
