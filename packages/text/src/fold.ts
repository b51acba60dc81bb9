// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ascii = /^[\x00-\x7f]*$/;

/**
 * The text with what Unicode holds to be one character made one: compatibility forms (NFKC: full and half width, ligatures, superscripts) and case.
 *
 * Beyond lower case: `ß` is `ss`, the final `ς` is `σ`, and the dot that lower case leaves over `İ` goes, so that a word has one form however it
 * is written. Accents stay.
 */
export function foldCharacters(text: string): string {
  // Most texts are ASCII, where lower case is all; a normal form costs several times as much.
  if (ascii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('i\u0307', 'i')
    .replaceAll('ς', 'σ')
    .replaceAll('ß', 'ss');
}

/** Folded characters, with blanks run together and none at the ends: equal for two texts that a reader takes for the same. */
export function foldText(text: string): string {
  return (foldCharacters(text).match(/\S+/g) ?? []).join(' ');
}
