import { stemLanguageOf } from './stem-language-of.js';
import { stemmerFor } from './stemmer-for.js';

/**
 * The stem by which like words of a language are told; that of English, whose words stand among those of others, where Snowball has none.
 *
 * @param language  BCP 47; undefined where it is not known
 */
export function stemForLanguage(language: string | undefined): (word: string) => string {
  return stemmerFor((language !== undefined && stemLanguageOf(language)) || 'english');
}
