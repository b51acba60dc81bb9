import { guessLanguage } from '@attune/text';
import { stemLanguageOf } from './stem-language-of.js';
import { stemmerFor } from './stemmer-for.js';

/**
 * The stem by which like words of such texts are told: of their language, or of English, whose words stand among those of a language that Snowball
 * has no stemmer for.
 *
 * @param language  BCP 47; told from the texts unless set
 */
export function stemForTexts(
  texts: Iterable<string>,
  language: string | undefined = guessLanguage(texts).language,
): (word: string) => string {
  return stemmerFor((language !== undefined && stemLanguageOf(language)) || 'english');
}
