import { checkOneOf } from '@attune/errors';
import { chinese } from './chinese.js';
import { english } from './english.js';
import type { IconLanguage } from './icon-language.js';

export type IconLanguageCode = 'en' | 'zh';

const languages: Record<IconLanguageCode, IconLanguage> = { en: english, zh: chinese };

/** @throws {AttuneError} INVALID_ARGUMENT for a language that there is not */
export function iconLanguage(code: IconLanguageCode): IconLanguage {
  checkOneOf('language', code, Object.keys(languages));
  return languages[code];
}
