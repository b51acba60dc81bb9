import type { SourceLanguage } from '@attune/data';
import { languageName } from '@attune/text';

/** What a validation took the texts for, in words. */
export function languageSentence({ tag, guessed }: SourceLanguage): string {
  const name = languageName(tag);
  return guessed ? `The texts are taken for ${name}.` : `The texts are ${name}, as was said.`;
}
