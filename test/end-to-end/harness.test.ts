import { describe, expect, it } from 'vitest';
import { wrongIds } from './harness/crash-checks.js';
import { type Content, DocumentOracle } from './harness/document-oracle.js';
import { EventOracle, type MarkedEvent } from './harness/event-oracle.js';
import { ReleaseOracle } from './harness/release-oracle.js';
import { slopeOf } from './harness/slope.js';

// What proves the server is worth nothing if it would not notice.
const titled = (title: string): Content => ({ fields: { title }, attributes: {} });

describe('the oracle of documents', () => {
  function written() {
    const oracle = new DocumentOracle();
    oracle.acknowledge(
      oracle.begin([
        { op: 'upsert', id: 'a', ...titled('one') },
        { op: 'upsert', id: 'b', ...titled('two') },
      ]),
    );
    return oracle;
  }

  it('accepts what was acknowledged, whatever the order of keys', () => {
    const oracle = written();
    oracle.acknowledge(
      oracle.begin([{ op: 'patch', id: 'a', fields: { more: 'x' }, attributes: { stock: 1, shop: null } }]),
    );
    const there = new Map([
      ['b', titled('two')],
      ['a', { attributes: { stock: 1 }, fields: { more: 'x', title: 'one' } }],
    ]);
    expect(oracle.settle(there)).toEqual([]);
  });

  it('names a lost write, an older value, and a document that nobody wrote or that was deleted', () => {
    expect(written().settle(new Map([['a', titled('one')]]))).toEqual([
      expect.stringMatching(/^b was acknowledged/),
    ]);
    const older = new Map([
      ['a', titled('zero')],
      ['b', titled('two')],
    ]);
    expect(written().settle(older)).toEqual([expect.stringMatching(/^a was acknowledged/)]);
    const deleted = written();
    deleted.acknowledge(deleted.begin([{ op: 'delete', id: 'a' }]));
    const stillThere = new Map([
      ['a', titled('one')],
      ['b', titled('two')],
    ]);
    expect(deleted.settle(stillThere)).toEqual([expect.stringMatching(/^a is there/)]);
  });

  it('accepts a unit in flight whole or absent, and names one that is half there', () => {
    const both = [
      { op: 'upsert', id: 'a', ...titled('new') },
      { op: 'delete', id: 'b' },
    ] as const;
    const states: [Map<string, Content>, number][] = [
      [new Map([['a', titled('new')]]), 0],
      [
        new Map([
          ['a', titled('one')],
          ['b', titled('two')],
        ]),
        0,
      ],
      [
        new Map([
          ['a', titled('new')],
          ['b', titled('two')],
        ]),
        1,
      ],
      [new Map([['a', titled('one')]]), 1],
    ];
    for (const [there, faults] of states) {
      const oracle = written();
      oracle.begin(both);
      expect(oracle.settle(there)).toHaveLength(faults);
    }
  });

  it('holds ids that several write to the value of the highest sequence, or to one in flight', () => {
    const oracle = new DocumentOracle();
    const [first, second, third] = [titled('first'), titled('second'), titled('third')];
    for (const each of [first, second, third]) oracle.beginContended('s', each);
    oracle.acknowledgeContended('s', second, 8);
    oracle.acknowledgeContended('s', first, 7);
    expect(oracle.settle(new Map([['s', first]]))).toHaveLength(1);
    oracle.beginContended('s', third);
    expect(oracle.settle(new Map([['s', third]]))).toEqual([]);
    expect(oracle.settle(new Map())).toHaveLength(1);
  });
});

describe('what searches find', () => {
  it('is compared with what is stored, both ways, and twice is named', () => {
    expect(wrongIds(['b', 'a'], ['a', 'b'])).toEqual([]);
    expect(wrongIds(['a', 'a', 'c'], ['a', 'b'])).toEqual([
      'Searches find 1 documents twice',
      'Searches do not find 1 stored documents, such as b',
      'Searches find 1 documents that are not stored, such as c',
    ]);
  });
});

describe('the oracle of events', () => {
  const event = (mark: string): MarkedEvent => ({ mark, action_name: 'click' });
  const stored = (...marks: string[]) => marks.map((mark, i) => ({ sequence: i + 1, event: event(mark) }));
  const after = (events: ReturnType<typeof stored>) => (from: number) =>
    events.filter(({ sequence }) => sequence > from);

  it('names events that are lost, kept twice, changed, or of nobody, and a post that is half there', () => {
    const check = (events: { sequence: number; event: MarkedEvent }[]) => {
      const oracle = new EventOracle();
      const post = { key: 'k', events: [event('a'), event('b')] };
      oracle.begin(post);
      oracle.acknowledge(post);
      oracle.begin({ key: 'l', events: [event('c'), event('d')] });
      return oracle.check(after(events), { whole: true });
    };
    expect(check(stored('a', 'b'))).toEqual([]);
    expect(check(stored('a', 'b', 'c', 'd'))).toEqual([]);
    expect(check(stored('a'))).toEqual([expect.stringContaining('b was acknowledged and is lost')]);
    expect(check(stored('a', 'b', 'a'))).toEqual([expect.stringContaining('kept twice')]);
    expect(check(stored('a', 'b', 'x'))).toEqual([expect.stringContaining('nobody sent it')]);
    expect(check(stored('a', 'b', 'd'))).toEqual([expect.stringContaining('Of the 2 events')]);
    const changed = stored('a', 'b');
    changed[0]!.event.action_name = 'view';
    expect(check(changed)).toEqual([expect.stringContaining('differs from what was sent in action_name')]);
  });
});

describe('the oracle of releases', () => {
  const serving = (release: number, bundle: string) => ({
    release,
    bundle,
    fingerprint: `print of ${bundle}`,
  });
  const listed = (...bundles: string[]) =>
    bundles.map((bundle, i) => ({ number: i + 1, bundle, fingerprint: `print of ${bundle}` }));

  it('accepts the last release or the one under way, and names any other and a mixed one', () => {
    expect(new ReleaseOracle(serving(1, 'x')).settle(serving(1, 'x'), listed('x'))).toEqual([]);
    const promoting = () => {
      const oracle = new ReleaseOracle(serving(1, 'x'));
      oracle.begin(['y']);
      return oracle;
    };
    expect(promoting().settle(serving(2, 'y'), listed('x', 'y'))).toEqual([]);
    expect(promoting().settle(serving(1, 'x'), listed('x'))).toEqual([]);
    expect(new ReleaseOracle(serving(1, 'x')).settle(serving(2, 'y'), listed('x', 'y'))).toHaveLength(1);
    const mixed = { ...serving(2, 'y'), fingerprint: 'print of x' };
    expect(promoting().settle(mixed, listed('x', 'y'))).toEqual([expect.stringMatching(/^In service is 2/)]);
  });
});

describe('a slope', () => {
  it('is found with an interval that holds it, and is none for noise alone', () => {
    const x = Array.from({ length: 200 }, (_, i) => i / 100);
    const noise = (i: number) => 10 * Math.sin(i * 12.9898) * Math.cos(i * 78.233);
    const rising = slopeOf(
      x,
      x.map((at, i) => 300 + 50 * at + noise(i)),
    );
    expect(rising.low).toBeGreaterThan(40);
    expect(rising.low).toBeLessThan(50);
    expect(rising.high).toBeGreaterThan(50);
    const flat = slopeOf(
      x,
      x.map((_, i) => 300 + noise(i)),
    );
    expect(flat.low).toBeLessThan(0);
    expect(flat.high).toBeGreaterThan(0);
  });

  it('has a wider interval where samples lean on their neighbours', () => {
    const x = Array.from({ length: 200 }, (_, i) => i / 100);
    const walk = x.map((_, i) => 300 + 10 * Math.sin(i / 15));
    const shuffled = walk.map((_, i) => walk[(i * 77) % 200]!);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(slopeOf(x, walk))).toBeGreaterThan(2 * width(slopeOf(x, shuffled)));
  });
});
