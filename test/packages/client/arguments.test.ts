import { createClient } from '@attune/client';
import { expect, it } from 'vitest';

// What a program without types passes.
const wrong = (value: unknown) => value as never;

it.each([
  [undefined, 'undefined'],
  [null, 'undefined'],
  [{}, 'undefined'],
  [{ url: '' }, '""'],
  [{ url: 'localhost' }, '"localhost"'],
  [{ url: 7400 }, '7400'],
])('a client of %j is refused with an address that would do', (options, said) => {
  expect(() => createClient(wrong(options))).toThrow(
    new TypeError(
      `Expected url to be the address of a server, such as http://127.0.0.1:7400, but received ${said}.`,
    ),
  );
});

it.each([undefined, null, '', 5, {}])('the collection %j is asked of no server', async (name) => {
  const client = createClient({
    url: 'http://127.0.0.1:7400',
    fetch: () => Promise.reject(new Error('a request was sent')),
  });
  const message = `Expected collection to be a name, but received ${JSON.stringify(name)}.`;
  await expect(client.collections.get(wrong(name))).rejects.toThrow(new TypeError(message));
  await expect(client.search(wrong(name), { text: 'lamp' })).rejects.toThrow(new TypeError(message));
});
