import { languageName } from '@attune/text';
import { type Command, InvalidArgumentError } from 'commander';

export interface LanguageOptions {
  language?: string;
}

export function addLanguageOption(command: Command): Command {
  return command.option(
    '--language <tag>',
    'of the texts, such as en, zh or pt-BR (told from them): its words are stemmed alike',
    languageTag,
  );
}

function languageTag(text: string): string {
  // The name of a tag that no language has is the tag.
  if (/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(text) && languageName(text).toLowerCase() !== text.toLowerCase())
    return text;
  throw new InvalidArgumentError('Expected the tag of a language, such as en, zh or pt-BR.');
}
