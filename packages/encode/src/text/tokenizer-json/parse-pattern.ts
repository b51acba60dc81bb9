/** A regular expression of tokenizer.json as a tree; how much it takes and how far it steps back is all that is asked of it. */
export type Pattern =
  /** A letter, an escape or a class: one character. */
  | { kind: 'character' }
  /** What takes none: the begin or the end of a line or a word, or what comes before or follows. */
  | { kind: 'condition'; of?: Pattern }
  | { kind: 'repeat'; of: Pattern; least: number; most: number; isPossessive: boolean }
  | { kind: 'sequence'; of: Pattern[] }
  | { kind: 'choice'; of: Pattern[] };

/** A pattern, or a part of it, that is read otherwise by different engines, or that this one does not need. */
export class PatternError extends Error {}

const mostCharacters = 4096;
const mostDepth = 8;
const mostRepeats = 1000;

/** What follows, and what comes before. */
const conditions = ['?=', '?!', '?<=', '?<!'];

/** Escapes of one character: of Unicode's classes, of control characters, and of what would be syntax. */
const escapes = /^[sSdDwWrntfv!-/:-@[-`{-~]$/;
const property = /^\{[A-Za-z][A-Za-z0-9_]*\}/;
const counts = /^\{(\d{0,4})(,?)(\d{0,4})\}/;

/** @throws {PatternError} */
export function parsePattern(source: string): Pattern {
  if ([...source].length > mostCharacters)
    throw new PatternError(`it has more than ${mostCharacters} characters`);
  return new PatternParser(source).whole();
}

class PatternParser {
  readonly #source: string;
  #place = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Pattern {
    const pattern = this.#choice(0);
    if (this.#place < this.#source.length) throw new PatternError('it closes a group that is not open');
    return pattern;
  }

  #choice(depth: number): Pattern {
    if (depth > mostDepth) throw new PatternError(`groups lie in one another more than ${mostDepth} deep`);
    const of = [this.#sequence(depth)];
    while (this.#taken('|')) of.push(this.#sequence(depth));
    return of.length === 1 ? of[0]! : { kind: 'choice', of };
  }

  #sequence(depth: number): Pattern {
    const of: Pattern[] = [];
    while (this.#place < this.#source.length && !this.#isAt('|') && !this.#isAt(')'))
      of.push(this.#repeated(this.#piece(depth)));
    return of.length === 1 ? of[0]! : { kind: 'sequence', of };
  }

  #piece(depth: number): Pattern {
    if (this.#taken('(')) return this.#group(depth);
    if (this.#taken('[')) return this.#class(0);
    if (this.#taken('^') || this.#taken('$') || this.#taken('\\b') || this.#taken('\\B'))
      return { kind: 'condition' };
    if (this.#taken('\\')) return this.#escape();
    const character = this.#next();
    if ('*+?{})]'.includes(character)) throw new PatternError(`"${character}" stands where it says nothing`);
    return { kind: 'character' };
  }

  #group(depth: number): Pattern {
    const isCondition = conditions.some((each) => this.#taken(each));
    const isAnyCase = this.#taken('?i:');
    const isKnown = isCondition || isAnyCase || this.#taken('?:') || !this.#isAt('?');
    if (!isKnown) throw new PatternError('a group of this kind is not supported');
    const of = this.#choice(depth + 1);
    if (!this.#taken(')')) throw new PatternError('a group is not closed');
    if (isCondition) return { kind: 'condition', of };
    if (!isAnyCase) return of;
    // A letter may stand for two in another case.
    if (isEndless(of)) throw new PatternError('it repeats without end, in any case');
    return { kind: 'sequence', of: [of] };
  }

  #class(depth: number): Pattern {
    if (depth > 1) throw new PatternError('classes lie in one another too deep');
    this.#taken('^');
    if (this.#isAt(']')) throw new PatternError('a class is empty');
    while (!this.#taken(']')) {
      if (this.#isAt('[:') || this.#isAt('&&'))
        throw new PatternError('"[:" and "&&" in a class are not supported');
      if (this.#taken('[')) this.#class(depth + 1);
      else if (this.#taken('\\')) this.#escape();
      else this.#next();
    }
    return { kind: 'character' };
  }

  #escape(): Pattern {
    const escaped = this.#next();
    if (escaped === 'p' || escaped === 'P') {
      const name = property.exec(this.#source.slice(this.#place))?.[0];
      if (name === undefined) throw new PatternError(`\\${escaped} names no property`);
      this.#place += name.length;
    } else if (!escapes.test(escaped)) throw new PatternError(`\\${escaped} is not supported`);
    return { kind: 'character' };
  }

  #repeated(of: Pattern): Pattern {
    const times = this.#times();
    if (times === undefined) return of;
    const [least, most, isCounted] = times;
    // After {…} a sign means a repeat of the repeat.
    const isPossessive = !isCounted && this.#taken('+');
    if (!isCounted && !isPossessive) this.#taken('?');
    if (/^[*+?{]/.test(this.#source.slice(this.#place, this.#place + 1)))
      throw new PatternError('a repeat is repeated');
    return { kind: 'repeat', of, least, most, isPossessive };
  }

  #times(): [least: number, most: number, isCounted: boolean] | undefined {
    if (this.#taken('*')) return [0, Infinity, false];
    if (this.#taken('+')) return [1, Infinity, false];
    if (this.#taken('?')) return [0, 1, false];
    if (!this.#isAt('{')) return undefined;
    const found = counts.exec(this.#source.slice(this.#place));
    if (!found || (found[1] === '' && found[3] === '')) throw new PatternError('"{" begins no count');
    this.#place += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === '' ? least : found[3] === '' ? Infinity : Number(found[3]);
    if (least > mostRepeats || (most > mostRepeats && most !== Infinity) || most < least)
      throw new PatternError(`counts go from 0 to ${mostRepeats}`);
    return [least, most, true];
  }

  #next(): string {
    const point = this.#source.codePointAt(this.#place);
    if (point === undefined) throw new PatternError('it breaks off');
    const character = String.fromCodePoint(point);
    this.#place += character.length;
    return character;
  }

  #isAt(text: string): boolean {
    return this.#source.startsWith(text, this.#place);
  }

  #taken(text: string): boolean {
    const isThere = this.#isAt(text);
    if (isThere) this.#place += text.length;
    return isThere;
  }
}

/** Whether there is no most that it takes. */
export function isEndless(pattern: Pattern): boolean {
  if (pattern.kind === 'character') return false;
  if (pattern.kind === 'condition') return pattern.of !== undefined && isEndless(pattern.of);
  if (pattern.kind === 'repeat') return pattern.most === Infinity || isEndless(pattern.of);
  return pattern.of.some(isEndless);
}
