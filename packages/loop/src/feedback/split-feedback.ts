import { type Feedback, groupQueries, hash53, type Visit } from '@attune/data';
import { stemForLanguage } from '@attune/indexes';
import { guessLanguage } from '@attune/text';

export interface SplitFeedbackOptions {
  seed: number;
  /** Texts that nothing may be learned from or chosen on: the golden set's. */
  golden: readonly string[];
  /** Texts of other datasets, which get a side too: one that is chosen on there is chosen on here. */
  others?: readonly { text: string; isChosenOn: boolean }[] | undefined;
  /** Share of the visits, the newest, that judge the candidate. 0.2 unless set. */
  newestShare?: number | undefined;
  /** Share of the other queries' groups that choices are made on. 0.15 unless set. */
  choosingShare?: number | undefined;
}

/** `train` is learned from, `choose` chosen on, `judge` judges in the newest time slice; `golden` is only judged by. */
export type Side = 'train' | 'choose' | 'judge' | 'golden';

export interface FeedbackSplit {
  /** query -> number of its group of wordings */
  groups: number[];
  /** query -> its side; every wording of a query has the same */
  sides: Side[];
  /** Of the other datasets' texts. */
  otherSides: Side[];
  /** Visits by what they are for; those of judging queries whenever they were made. */
  train: Visit[];
  choose: Visit[];
  judge: Visit[];
  /** Begin of the newest time slice, milliseconds since 1970; Infinity without visits. */
  newestFrom: number;
}

/**
 * Parts the feedback. A query with all its wordings has one side, so nothing that was learned or chosen on is judged.
 *
 * The newest visits are the newest time slice. Queries that were first asked in it all judge; of those asked before
 * and in it, a hashed half does, and the other half is learned from. Were all of them kept for judging,
 * the frequent queries, which are always among the newest, would never be learned.
 */
export function splitFeedback(
  { queries, visits }: Pick<Feedback, 'queries' | 'visits'>,
  options: SplitFeedbackOptions,
): FeedbackSplit {
  const { seed, golden, others = [], newestShare = 0.2, choosingShare = 0.1 } = options;
  const asked = queries.map(({ text }) => text);
  const texts = [...asked, ...others.map(({ text }) => text), ...golden];
  const groups = groupQueries(texts, { stem: stemForLanguage(guessLanguage(texts).language) });
  const shortest: string[] = [];
  texts.forEach((text, row) => {
    const group = groups[row]!;
    const best = shortest[group];
    if (best === undefined || text.length < best.length || (text.length === best.length && text < best))
      shortest[group] = text;
  });
  const goldenGroups = new Set(groups.slice(asked.length + others.length));
  const chosenGroups = new Set(
    others.flatMap(({ isChosenOn }, row) => (isChosenOn ? [groups[asked.length + row]!] : [])),
  );

  const newestFrom = visits[Math.floor(visits.length * (1 - newestShare))]?.at ?? Number.POSITIVE_INFINITY;
  const isNewest = ({ at }: Visit) => at >= newestFrom;
  const older = new Set<number>();
  const newest = new Set<number>();
  for (const visit of visits) (isNewest(visit) ? newest : older).add(groups[visit.query]!);

  const sideOf = (group: number): Side => {
    const place = (salt: string) => hash53(`${salt} ${shortest[group]}`, seed) / 2 ** 53;
    if (goldenGroups.has(group)) return 'golden';
    if (newest.has(group) && (!older.has(group) || place('judge') < 0.5)) return 'judge';
    if (chosenGroups.has(group)) return 'choose';
    // What only another dataset asks is parted there.
    return older.has(group) && place('choose') < choosingShare ? 'choose' : 'train';
  };
  const sides = groups.map(sideOf);
  const visitsOf = (side: Side) => visits.filter(({ query }) => sides[query] === side);
  return {
    groups: groups.slice(0, asked.length),
    sides: sides.slice(0, asked.length),
    otherSides: sides.slice(asked.length, asked.length + others.length),
    train: visitsOf('train'),
    choose: visitsOf('choose'),
    judge: visitsOf('judge'),
    newestFrom,
  };
}
