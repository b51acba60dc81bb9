let names: Intl.DisplayNames | undefined;

/** The English name of a language, for messages: `Portuguese` of `pt`; the tag itself where it has none. */
export function languageName(tag: string): string {
  names ??= new Intl.DisplayNames('en', { type: 'language' });
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag; // no tag of BCP 47
  }
}
