import { Encoder } from '@attune/encode';
import { type CycleResult, runCycle } from '@attune/loop';
import { Catalogue, embedCatalogue, Searcher } from '@attune/tune';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Attack,
  type AttackedQuery,
  deepAttacks,
  forgedEvents,
  liftingAttacks,
} from '../../audience/attacks.js';
import { type CycleLab, lexical, openLab, shop } from './cycle/cycle-lab.js';

/** One, or those that ATTUNE_ATTACK_SEEDS names, such as `1,2,3`. */
const seeds = (process.env['ATTUNE_ATTACK_SEEDS'] ?? '1').split(',').map(Number);

/**
 * A tenth of what the same attacks moved before there were caps and bounds, in ranks per 1,000 forged events: 12.0 by many people who
 * cite one search, as by many with a search each, and 12.7 where they buy. Each of these, and each on what stands last, made the gate refuse.
 */
const mostMoved = 1.2;
/** Forged events for each query. */
const times = 60;

const catalogue = new Catalogue(shop.documents);

async function answers(bundle: string, queries: readonly { text: string }[]): Promise<string[][]> {
  const encoder = await Encoder.load(bundle);
  const vectors = await embedCatalogue(encoder, catalogue);
  const searcher = Searcher.over(catalogue, { encoder, vectors, lexical });
  const asked = queries.map(({ text }) => ({ text }));
  const ranked = await searcher.search(asked, { limit: catalogue.ids.length });
  return ranked.map(({ rows }) => Array.from(rows, (row) => catalogue.ids[row]!));
}

function mostOften(ids: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}

describe.each(seeds)('with seed %i, forged events', (seed) => {
  let lab: CycleLab;
  /** The document that stands most often at ranks 4 to 20 for queries that nobody else asks, and those queries. */
  let target: string;
  let attacked: AttackedQuery[];
  let honest: { result: CycleResult; rank: number };

  beforeAll(async () => {
    lab = await openLab(3000, { seed });
    const test = shop.slices.find(({ name }) => name === 'test')!.judgments;
    const asked = shop.queries.filter(({ id }) => test.has(id));
    const hits = await answers(lab.base, asked);
    const queries = asked.map(({ text }, i) => ({ text, hits: hits[i]!.slice(0, 60) }));
    target = mostOften(queries.flatMap((query) => query.hits.slice(3, 20)));
    attacked = queries.filter((query) => query.hits.slice(3, 20).includes(target));
    honest = await cycleOf('honest', []);
  }, 120_000);

  async function cycleOf(name: string, forged: CycleLab['events']) {
    const actionWeights = { impression: 0, click: 1, purchase: 20 };
    const events = [...forged, ...lab.events];
    const result = await runCycle(lab.optionsOf(`${seed} ${name}`, { events, actionWeights }));
    const found = await answers(result.candidate!.bundle, attacked);
    const rank = found.reduce((sum, ids) => sum + ids.indexOf(target) + 1, 0) / found.length;
    return { result, rank };
  }

  async function attackWith(attack: Attack) {
    const forged = forgedEvents(attack, attacked, { times, before: lab.events[0]!.at });
    expect(forged.length).toBe(times * attacked.length);
    const { result, rank } = await cycleOf(attack.told, forged);
    const moved = ((honest.rank - rank) / forged.length) * 1000;
    console.info(`${attack.told}: ${moved.toFixed(2)} ranks per 1,000 events, ${result.decision.verdict}`);
    return { result, moved, forged: forged.length };
  }

  it('are none where nobody forges, and the candidate is promoted', () => {
    expect(attacked.length).toBeGreaterThan(5);
    expect(honest.result.decision.verdict).toBe('promote');
    expect(honest.result.learned.excessPairs).toBe(0);
    expect(honest.result.learned.leftOut).toEqual({ repeated: expect.any(Number), withoutDocument: 3000 });
  });

  it.each(liftingAttacks(() => target))(
    'hardly lift a document: $told',
    async (attack) => {
      const { result, moved } = await attackWith(attack);
      expect(moved).toBeLessThanOrEqual(mostMoved);
      expect(result.decision.verdict).toBe('promote');
    },
    120_000,
  );

  it.each(deepAttacks)(
    'do not make the gate refuse an honest candidate: $told',
    async (attack) => {
      const { result, moved } = await attackWith(attack);
      expect(moved).toBeGreaterThanOrEqual(-mostMoved);
      expect(result.decision.verdict).toBe('promote');
    },
    120_000,
  );
});
