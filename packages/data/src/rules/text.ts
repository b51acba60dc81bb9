import type { DataRow } from '../rows.js';
import { wholeText } from './fold.js';
import type { ValidationRule } from './rule.js';

/** Anything but plain printable ASCII without `<` and `&`: texts without it need none of the tests below. */
const suspicious = /[^\x20-\x25\x27-\x3b\x3d-\x7e]/;

/** Rules about how a text is written: each counts rows in which some text matches. */
function textRule(
  rule: Omit<ValidationRule, 'start' | 'unit'> & { fault: (text: string) => string | undefined },
): ValidationRule {
  const { fault, ...rest } = rule;
  return {
    ...rest,
    unit: 'rows',
    start: () => ({
      row(row, found) {
        if (row.texts.length === 0 && row.query === undefined) return;
        found.looked();
        for (const [field, text] of suspiciousTexts(row)) {
          const seen = fault(text);
          if (seen === undefined) continue;
          const at = Math.max(0, text.indexOf(seen) - 40);
          found.found(row, `${field}: ${text.slice(at, at + 120)}`);
          return;
        }
      },
    }),
  };
}

let lastRow: DataRow | undefined;
let lastTexts: [field: string, text: string][] = [];

/** Found once a row and shared by the rules, as they all see the row before the next one comes. */
function suspiciousTexts(row: DataRow): [field: string, text: string][] {
  if (row === lastRow) return lastTexts;
  lastRow = row;
  lastTexts = [];
  if (row.query !== undefined && suspicious.test(row.query)) lastTexts.push(['query', row.query]);
  for (const { field, value } of row.texts) if (suspicious.test(value)) lastTexts.push([field, value]);
  return lastTexts;
}

const first = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[0];

/**
 * UTF-8 read as Latin-1 or Windows-1252 and written again: a lead byte shown as a letter (Ã, Â, â and the like), followed by the
 * sign of a continuation byte, which no word has there.
 */
const doubleDecoded =
  /[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\u00e2(?:\u20ac|\u0080|\u201a|\u201e|\u02c6|\u0084)|\u00ef\u00bf\u00bd|\u00f0\u0178/;

/** A capital A with circumflex that stands alone, or after a sign: what remains of a lost no-break space or degree sign. */
const strayCircumflex = /(?<![\p{L}])\u00c2(?![\p{L}])|[\p{Ll}\d]\u00c2(?![\p{L}])/u;

/** Half of a character, as a JSON escape may leave it. */
const loneSurrogate = /\p{Cs}/u;

const htmlTag =
  /<\/?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li|link|meta|object|ol|p|param|pre|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|tt|u|ul|video)(?:\s[^<>]*|\/)?\/?>|<!--/i;

const htmlEntity =
  /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});|&(?:amp|quot|nbsp|lt|gt|reg|trade|deg|copy)(?![a-z0-9=])/i;

/** Tab, line feed and carriage return are ordinary. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const invisible = /[\u00a0\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060\ufeff]/;

export const textRules: readonly ValidationRule[] = [
  textRule({
    code: 'MOJIBAKE',
    title: 'broken characters',
    severity: 'warning',
    failAbove: 0.5,
    fix: 'The text was decoded with the wrong encoding: export it again as UTF-8. U+FFFD cannot be repaired, sequences such as "Ã©" can.',
    fault: (text) => {
      if (text.includes('\ufffd')) return '\ufffd';
      return first(doubleDecoded)(text) ?? first(strayCircumflex)(text) ?? first(loneSurrogate)(text);
    },
  }),
  textRule({
    code: 'CONTROL_CHARACTER',
    title: 'control characters',
    severity: 'warning',
    fix: 'Remove them where the text is made; they say nothing and may part words.',
    fault: first(control),
  }),
  textRule({
    code: 'HTML_TAG',
    title: 'HTML tags in texts',
    severity: 'warning',
    fix: 'Strip the tags, and put a blank where one stood between words.',
    fault: (text) => (text.includes('<') ? first(htmlTag)(text) : undefined),
  }),
  textRule({
    code: 'HTML_ENTITY',
    title: 'HTML entities in texts',
    severity: 'warning',
    fix: "Decode them (&amp; is &, &#39; is '); some are encoded twice.",
    fault: (text) => (text.includes('&') ? first(htmlEntity)(text) : undefined),
  }),
  textRule({
    code: 'INVISIBLE_CHARACTER',
    title: 'no-break spaces and invisible characters',
    severity: 'info',
    fix: 'Write ordinary blanks, and remove zero-width characters: words that look alike are then alike.',
    fault: first(invisible),
  }),
  {
    code: 'TOO_LONG',
    title: 'texts longer than the model reads',
    severity: 'info',
    unit: 'texts',
    fix: 'Put what matters first: what lies past the limit is cut off, at training and at search alike.',
    start({ options }) {
      const { countTokens, maxTokens, maxCharacters } = options;
      // A token is one character or more, so a text of fewer characters needs no counting.
      const tooLong = (text: string): string | undefined => {
        if (countTokens === undefined) {
          return text.length > maxCharacters ? `${text.length} characters: ${text}` : undefined;
        }
        if (text.length <= maxTokens) return undefined;
        const tokens = countTokens(text);
        return tokens > maxTokens ? `${tokens} tokens: ${text}` : undefined;
      };
      let begun = false;
      return {
        row(row, found) {
          if (!begun) {
            begun = true;
            found.say(
              `The limit is ${countTokens === undefined ? `${maxCharacters} characters` : `${maxTokens} tokens`}.`,
            );
          }
          const texts = row.texts.length > 0 ? [wholeText(row)] : [];
          if (row.query !== undefined) texts.push(row.query);
          for (const text of texts) {
            found.looked();
            const fault = tooLong(text);
            if (fault !== undefined) found.found(row, fault);
          }
        },
      };
    },
  },
];
