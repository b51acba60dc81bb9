import { checkList, checkText } from '@attune/errors';

/** The texts as they are, each checked as it passes. A text is no list of texts, though its letters can be gone through. */
export function* checkedTexts(name: string, texts: Iterable<string>): Iterable<string> {
  if (typeof texts !== 'object' || texts === null || !(Symbol.iterator in texts)) checkList(name, texts);
  let i = 0;
  for (const text of texts) {
    checkText(`${name}[${i++}]`, text);
    yield text;
  }
}
