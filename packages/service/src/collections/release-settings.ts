import { type LexicalSettings, lexicalSettings } from '@attune/search';
import type { BundleRecord, CollectionRecord, ReleaseRecord } from '@attune/store';

/**
 * A release's model, and how words count beside it: as was given for the collection; else as the model carries it; else as usual.
 *
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function releaseOf(
  { lexical }: Pick<CollectionRecord, 'lexical'>,
  bundle: string,
  { fingerprint, precision, search }: BundleRecord,
): Pick<ReleaseRecord, 'bundle' | 'fingerprint' | 'precision' | 'lexical'> {
  const settings = lexicalSettings({ ...search?.settings, ...lexical });
  return { bundle, fingerprint, precision, lexical: settings };
}

/**
 * Those settings that have a value, checked.
 *
 * @throws {AttuneError} INVALID_ARGUMENT
 */
export function givenSettings(given: Partial<LexicalSettings> = {}): Partial<LexicalSettings> {
  const there = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  const checked = lexicalSettings(Object.fromEntries(there));
  const names = new Set(there.map(([name]) => name));
  return Object.fromEntries(Object.entries(checked).filter(([name]) => names.has(name)));
}

/**
 * What was given for a collection that was made when no record told it: no model carried settings then, so it is whatever differs from
 * the usual ones in its first release.
 */
export function givenAtFirst(first: ReleaseRecord): Partial<LexicalSettings> {
  const usual = Object.entries(lexicalSettings());
  const settings = lexicalSettings(first.lexical as Partial<LexicalSettings>);
  return Object.fromEntries(
    usual
      .filter(
        ([name, value]) => JSON.stringify(settings[name as keyof LexicalSettings]) !== JSON.stringify(value),
      )
      .map(([name]) => [name, settings[name as keyof LexicalSettings]]),
  );
}
