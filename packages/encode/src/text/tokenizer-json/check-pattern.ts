import { isEndless, type Pattern, PatternError, parsePattern } from './parse-pattern.js';

/**
 * Ways back through a long run from one place. Oniguruma gives up after ten million steps back from one place, and the tokenizers library
 * then ends the process; a document has 2 ** 20 characters at most.
 */
const mostWaysThroughARun = 8;
const mostWays = 1000;

/** How a pattern matches from one place. */
interface Cost {
  /** Characters that it takes at least. */
  least: number;
  /** Ways to match, an endless repeat counted as one. */
  ways: number;
  /** Endless repeats on one way that give characters back where what follows does not match. */
  runs: number;
  /** Of the ways, those through such a repeat. */
  waysThroughARun: number;
}

/**
 * Whether the tokenizers library can run a regular expression over any text. One is refused that may step back further than in proportion to
 * the text, such as `(a+)+b`: what is repeated without end is a single character, and of those that something must follow there is one in
 * each alternative. The patterns of GPT-2, CLIP, T5, Llama, Qwen, DeepSeek, cl100k and o200k are so.
 *
 * @returns what is wrong with it, or undefined
 */
export function problemOfPattern(source: string): string | undefined {
  try {
    const { least, ways, runs, waysThroughARun } = cost(parsePattern(source), false);
    if (least === 0) return 'it matches where there is nothing';
    if (runs > 1 || waysThroughARun > mostWaysThroughARun) return 'it can step back through a text too often';
    return ways > mostWays ? 'it can match in too many ways' : undefined;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

/** @param isFollowed  whether something comes after it that may fail */
function cost(pattern: Pattern, isFollowed: boolean): Cost {
  switch (pattern.kind) {
    case 'character':
      return { least: 1, ways: 1, runs: 0, waysThroughARun: 0 };
    case 'condition': {
      if (pattern.of === undefined) return { least: 0, ways: 1, runs: 0, waysThroughARun: 0 };
      if (isEndless(pattern.of)) throw new PatternError('it looks around without end');
      return { ...cost(pattern.of, false), least: 0 };
    }
    case 'choice': {
      const costs = pattern.of.map((each) => cost(each, isFollowed));
      const sum = (of: (each: Cost) => number) => costs.reduce((total, each) => total + of(each), 0);
      return {
        least: Math.min(...costs.map(({ least }) => least)),
        ways: sum(({ ways }) => ways),
        runs: Math.max(...costs.map(({ runs }) => runs)),
        waysThroughARun: sum(({ waysThroughARun }) => waysThroughARun),
      };
    }
    case 'sequence':
      return costOfSequence(pattern.of, isFollowed);
    case 'repeat':
      return costOfRepeat(pattern, isFollowed);
  }
}

function costOfSequence(parts: readonly Pattern[], isFollowed: boolean): Cost {
  const whole: Cost = { least: 0, ways: 1, runs: 0, waysThroughARun: 0 };
  for (const part of parts.toReversed()) {
    const { least, ways, runs } = cost(part, isFollowed);
    whole.least += least;
    whole.ways *= ways;
    whole.runs += runs;
    if (least > 0 || part.kind === 'condition') isFollowed = true;
  }
  return { ...whole, waysThroughARun: whole.runs > 0 ? whole.ways : 0 };
}

function costOfRepeat(
  { of, least, most, isPossessive }: Extract<Pattern, { kind: 'repeat' }>,
  isFollowed: boolean,
): Cost {
  if (of.kind === 'condition') throw new PatternError('it repeats what takes no character');
  if (most === Infinity) {
    if (of.kind !== 'character') throw new PatternError('it repeats without end what is no single character');
    const runs = isFollowed && !isPossessive ? 1 : 0;
    return { least, ways: 1, runs, waysThroughARun: runs };
  }
  if (isEndless(of)) throw new PatternError('it repeats what repeats without end');
  const once = cost(of, true);
  const ways = (most - least + 1) * once.ways ** most;
  return { least: least * once.least, ways, runs: 0, waysThroughARun: 0 };
}
