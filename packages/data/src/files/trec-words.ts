// TREC parts values by blanks, and ids may hold blanks. Each blank is written as its picture in Unicode, such as U+2420
// for a space, and read back as itself. An id that holds a picture already has U+241B before it.

const blanks = ' \t\n\v\f\r';
const pictures = '\u2420\u2409\u240a\u240b\u240c\u240d';
const escapeSign = '\u241b';

const unsafe = /[ \t\n\v\f\r\u2409-\u240d\u241b\u2420]/g;
const written = /\u241b([\u2409-\u240d\u241b\u2420])|[\u2409-\u240d\u2420]/g;

/** An id as one word of a TREC file. */
export function wordOfId(id: string): string {
  return id.replace(unsafe, (sign) => {
    const at = blanks.indexOf(sign);
    return at === -1 ? escapeSign + sign : pictures.charAt(at);
  });
}

/** The id that `wordOfId` wrote. Words of other programs are ids as they stand, because they hold no pictures of blanks. */
export function idOfWord(word: string): string {
  return word.replace(written, (sign, literal?: string) => literal ?? blanks.charAt(pictures.indexOf(sign)));
}

/** The values of a line. Only the blanks of ASCII part them: others, such as U+3000, may stand in an id. */
export function wordsOf(line: string): string[] {
  return line.split(/[ \t\n\v\f\r]+/).filter((word) => word !== '');
}
