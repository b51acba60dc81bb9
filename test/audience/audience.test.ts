import { describe, expect, it } from 'vitest';
import { type AudienceQuery, type AudienceVisit, feedbackOf, simulateAudience } from './audience.js';

const hits = Array.from({ length: 10 }, (_, i) => `d${i}`);
const queries: AudienceQuery[] = Array.from({ length: 50 }, (_, i) => ({
  text: `query ${i}`,
  filter: { set: i % 2 ? 'odd' : 'even' },
  relevant: new Set([`d${i % 10}`]),
}));

async function visits(
  options: Partial<Parameters<typeof simulateAudience>[0]> = {},
): Promise<AudienceVisit[]> {
  let asked = 0;
  const all: AudienceVisit[] = [];
  for await (const visit of simulateAudience({
    queries,
    search: async () => ({ queryId: `s${asked++}`, hits }),
    searches: 4000,
    seed: 1,
    from: Date.UTC(2026, 0, 1),
    ...options,
  }))
    all.push(visit);
  return all;
}
const clicks = (all: readonly AudienceVisit[]) =>
  all.flatMap(({ events, query }) =>
    events
      .filter(({ action_name: action }) => action === 'click')
      .map((event) => ({
        rank: event.event_attributes!.position.ordinal,
        isRight: query.relevant.has(event.event_attributes!.object.object_id),
      })),
  );

describe('the simulated audience', () => {
  it('does the same again for the same seed, whatever is under way at a time, and else for another', async () => {
    const first = await visits();
    expect(await visits({ concurrency: 7 })).toEqual(first);
    expect(clicks(await visits({ seed: 2 }))).not.toEqual(clicks(first));
  });

  it('clicks a right answer at rank r with the probability 0.8 / r, and ten times less a wrong one', async () => {
    const all = await visits({ searches: 40_000, popularityExponent: 0 });
    const found = clicks(all);
    for (const rank of [1, 2, 5, 10]) {
      const shownRight = all.filter(({ query }) => query.relevant.has(`d${rank - 1}`)).length;
      const right = found.filter((click) => click.rank === rank && click.isRight).length / shownRight;
      const wrong =
        found.filter((click) => click.rank === rank && !click.isRight).length / (all.length - shownRight);
      // Four standard errors of a share.
      const within = (share: number, of: number) => 4 * Math.sqrt((share * (1 - share)) / of);
      expect(Math.abs(right - 0.8 / rank)).toBeLessThan(within(0.8 / rank, shownRight));
      expect(Math.abs(wrong - 0.08 / rank)).toBeLessThan(within(0.08 / rank, all.length - shownRight));
    }
  });

  it("asks by Zipf's law", async () => {
    const counts = new Map<string, number>();
    for (const { query } of await visits({ searches: 20_000, popularityExponent: 1 }))
      counts.set(query.text, (counts.get(query.text) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted[0]! / sorted[9]!).toBeGreaterThan(7);
    expect(sorted[0]! / sorted[9]!).toBeLessThan(14);
  });

  it('posts events in the shape of UBI, after the search, in order, by people in sessions', async () => {
    const all = await visits({ searches: 200, people: 20 });
    for (const { at, events, answer } of all) {
      expect(events[0]).toMatchObject({ action_name: 'impression', query_id: answer.queryId });
      const times = events.map(({ timestamp }) => Date.parse(timestamp));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeGreaterThan(at);
    }
    expect(new Set(all.map(({ events }) => events[0]!.client_id)).size).toBe(20);
  });

  it('gives the cycle the record of the search with every event', async () => {
    const visit = (await visits({ searches: 100 })).find(({ events }) => events.length > 1)!;
    const [seen, click] = feedbackOf(visit, { sequence: 5, release: 2 });
    expect(seen).toMatchObject({
      action: 'impression',
      sequence: 5,
      release: 2,
      shown: hits,
      documentId: undefined,
    });
    expect(click).toMatchObject({ action: 'click', sequence: 6, searchedAt: visit.at });
    expect(click!.shown![click!.position! - 1]).toBe(click!.documentId);
    expect(click!.filter).toEqual({ and: [{ field: 'set', equals: visit.query.filter['set'] }] });
  });
});
