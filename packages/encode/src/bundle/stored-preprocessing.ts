/**
 * Preprocessing as attune.json holds it and as the fingerprint covers it. The rule for a document's text is written out,
 * so that a reader that knows another rule refuses the bundle and does not give other vectors:
 *
 *     documentText.fields     the fields that make a document's text, in their order
 *     documentText.fallback   what counts where a document has none of them: "all" its text fields
 */
import type { JsonFields } from '../files/json-fields.js';
import type { Preprocessing } from '../text/types.js';

const fallback = 'all';

export function storedPreprocessing({ prompts, maxTokens, documentFields }: Preprocessing) {
  return { prompts, maxTokens, documentText: { fields: documentFields, fallback } };
}

/** @throws {AttuneError} BUNDLE_INVALID naming the key; BUNDLE_UNSUPPORTED for another rule */
export function parsePreprocessing(fields: JsonFields): Preprocessing {
  const prompts = fields.object('prompts');
  const documentText = fields.object('documentText');
  if (documentText.string('fallback') !== fallback) {
    throw documentText.unsupported(
      `"fallback" is ${JSON.stringify(documentText.get('fallback'))}, this version knows "${fallback}": update Attune`,
    );
  }
  return {
    prompts: { query: prompts.string('query'), document: prompts.string('document') },
    maxTokens: fields.has('maxTokens') ? fields.integer('maxTokens', 1) : null,
    documentFields: documentText.strings('fields'),
  };
}
