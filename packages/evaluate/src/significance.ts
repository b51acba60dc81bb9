import { AttuneError } from '@attune/errors';
import { RandomWords } from './random.js';
import type { Interval } from './types.js';

export interface ResamplingOptions {
  /** 10,000 unless set. */
  rounds?: number | undefined;
  /** The same seed gives the same figures, to the bit. 1 unless set. */
  seed?: number | undefined;
  /** 0.95 unless set. */
  confidence?: number | undefined;
}

/** What every round of a bootstrap found, for several columns of values of the same queries. */
export interface BootstrapMeans {
  /** float64, [columns][rounds]: the mean of each column over the queries that the round drew. */
  means: Float64Array[];
  /** The mean of each column over all queries. */
  observed: number[];
}

/**
 * Draws as many queries as there are, with replacement, `rounds` times, and takes the mean of every column over
 * each draw. The columns (legs) share the draws, so the difference of two columns is a paired bootstrap.
 *
 * @param columns  float64, [columns][queries]
 * @see Efron, Tibshirani 1993, chapter 13; for search: Sakai 2006, https://doi.org/10.1145/1148170.1148261
 */
export function bootstrapMeans(
  columns: readonly Float64Array[],
  { rounds = 10_000, seed = 1 }: ResamplingOptions = {},
): BootstrapMeans {
  checkRounds(rounds);
  const count = columns[0]?.length ?? 0;
  if (count === 0)
    throw new AttuneError('DATA_EMPTY', 'Expected at least one query to resample, but received none.');
  columns.forEach((column, c) => {
    if (column.length === count) return;
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected ${count} values in every column, but column ${c} has ${column.length}. Paired tests need the same queries.`,
    );
  });

  // Four columns side by side, so that one draw reads them from one cache line and their sums stay in registers.
  const blocks = Array.from({ length: Math.ceil(columns.length / 4) }, (_, block) => {
    const values = new Float64Array(count * 4);
    columns.slice(block * 4, block * 4 + 4).forEach((column, c) => {
      for (let i = 0; i < count; ++i) values[i * 4 + c] = column[i]!;
    });
    return { values, columns: columns.slice(block * 4, block * 4 + 4).map((_, c) => block * 4 + c) };
  });
  const means = columns.map(() => new Float64Array(rounds));
  const random = new RandomWords(seed);
  const words = new Uint32Array(count);
  const rows = new Int32Array(count);
  const sums = new Float64Array(4);
  const scale = count / 2 ** 32;
  for (let round = 0; round < rounds; ++round) {
    random.fill(words);
    for (let draw = 0; draw < count; ++draw) rows[draw] = words[draw]! * scale;
    for (const block of blocks) {
      sumRows(block.values, rows, sums);
      block.columns.forEach((column, c) => {
        means[column]![round] = sums[c]! / count;
      });
    }
  }
  return { means, observed: columns.map(meanOf) };
}

/** Adds up the four values of each drawn row. */
function sumRows(values: Float64Array, rows: Int32Array, sums: Float64Array): void {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let draw = 0; draw < rows.length; ++draw) {
    const start = rows[draw]! * 4;
    sum0 += values[start]!;
    sum1 += values[start + 1]!;
    sum2 += values[start + 2]!;
    sum3 += values[start + 3]!;
  }
  sums[0] = sum0;
  sums[1] = sum1;
  sums[2] = sum2;
  sums[3] = sum3;
}

/** The middle `confidence` of the rounds' figures (percentile interval). Does not change its argument. */
export function percentileInterval(figures: Float64Array, confidence = 0.95): Interval {
  if (!(confidence > 0 && confidence < 1)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected confidence between 0 and 1, but received ${confidence}.`,
    );
  }
  const sorted = Float64Array.from(figures).sort();
  const tail = (1 - confidence) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

/** Linear between the two nearest order statistics (type 7 of Hyndman and Fan, as NumPy's default). */
function quantileOfSorted(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Bootstrap interval of a mean; of paired differences, when those are the values. */
export function bootstrapInterval(values: Float64Array, options: ResamplingOptions = {}): Interval {
  return percentileInterval(bootstrapMeans([values], options).means[0]!, options.confidence);
}

/**
 * Paired randomisation (sign-flip) test that the mean difference is 0: were the two legs the same, each query's
 * difference could as well have had the other sign. Two-sided.
 *
 *     p = (1 + rounds in which |sum of ±differences| >= |sum of differences|) / (rounds + 1)
 *
 * Exact zeros change no sum and are left out. Eight differences at a time are looked up in a table of their 256 signed
 * sums, which makes a round eight times cheaper.
 *
 * @returns p, never below 1 / (rounds + 1); 1 where no query differs
 * @see Smucker, Allan, Carterette 2007, https://doi.org/10.1145/1321440.1321528
 */
export function randomisationTest(differences: ArrayLike<number>, options: ResamplingOptions = {}): number {
  const { rounds = 10_000, seed = 1 } = options;
  checkRounds(rounds);
  const nonZero = Float64Array.from(differences).filter((difference) => difference !== 0);
  if (nonZero.length === 0) return 1;

  const groups = Math.ceil(nonZero.length / 8);
  const signedSums = new Float64Array(groups * 256);
  let observed = 0;
  let magnitude = 0;
  for (let group = 0; group < groups; ++group) {
    for (let bits = 0; bits < 256; ++bits) {
      let sum = 0;
      for (let i = 0; i < 8; ++i) {
        const difference = nonZero[group * 8 + i] ?? 0;
        sum += (bits >> i) & 1 ? difference : -difference;
      }
      signedSums[group * 256 + bits] = sum;
    }
  }
  for (const difference of nonZero) {
    observed += difference;
    magnitude += Math.abs(difference);
  }

  // Sums that are equal on paper differ in their last bits by the order of adding; they must count as equal.
  const reach = Math.abs(observed) - magnitude * nonZero.length * Number.EPSILON;
  const random = new RandomWords(seed);
  const words = new Uint32Array(Math.ceil(groups / 4));
  let asExtreme = 0;
  for (let round = 0; round < rounds; ++round) {
    random.fill(words);
    let sum = 0;
    for (let group = 0; group < groups; ++group) {
      const bits = words[group >> 2]! >>> (8 * (group & 3));
      sum += signedSums[group * 256 + (bits & 255)]!;
    }
    if (Math.abs(sum) >= reach) ++asExtreme;
  }
  return (1 + asExtreme) / (rounds + 1);
}

/**
 * Holm's step-down correction: the chance of even one false alarm in the whole family stays below the level at which
 * the corrected values are read. Keeps the order of its argument.
 *
 * @see Holm 1979, https://www.jstor.org/stable/4615733
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, pValues[index]! * (pValues.length - rank)));
    corrected[index] = highest;
  });
  return corrected;
}

/** 5 % level, two-sided, and 80 % power: 1.960 + 0.842 standard errors. */
const detectableErrors = 1.959964 + 0.841621;

/**
 * The smallest mean difference that so many queries show in four cases of five (80 % power at the 5 % level), by the
 * normal approximation: (z(0.975) + z(0.8)) · standardDeviation / √queryCount.
 *
 * @param standardDeviation  of the paired differences, a query each
 */
export function detectableDifference(standardDeviation: number, queryCount: number): number {
  return (detectableErrors * standardDeviation) / Math.sqrt(queryCount);
}

/** `detectableDifference` of differences that were seen. NaN for fewer than two queries, of which nothing can be said. */
export function minimumDetectableEffect(differences: ArrayLike<number>): number {
  return detectableDifference(standardDeviation(differences), differences.length);
}

/**
 * How far the NDCG@10 of two models differs from query to query (standard deviation of paired differences), for when no evaluation has
 * told yet. Measured, tuned against base: 0.20 on 2,703 queries of the icons, 0.21 on 935 of Home Depot. The other pairs of
 * docs/relevance.md lie between 0.13 (fused against words) and 0.35 (tuned against words), where what differs less or more is compared.
 */
export const usualSpread = 0.2;

/** Queries on which the first is above, below, equal; nearer than 1e-9 is equal. */
export function winLossTie(differences: ArrayLike<number>): { wins: number; losses: number; ties: number } {
  const count = { wins: 0, losses: 0, ties: 0 };
  for (let i = 0; i < differences.length; ++i) {
    const difference = differences[i]!;
    if (Math.abs(difference) < 1e-9) ++count.ties;
    else if (difference > 0) ++count.wins;
    else ++count.losses;
  }
  return count;
}

function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += (values[i]! - mean) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; ++i) sum += values[i]!;
  return sum / values.length;
}

function checkRounds(rounds: number): void {
  if (Number.isInteger(rounds) && rounds >= 100) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected rounds to be a whole number of at least 100, but received ${rounds}.`,
  );
}
