import { checkList, checkText, wrongArgument } from '@attune/errors';
import type { DocumentInput } from './document-text.js';

/** @throws {AttuneError} INVALID_ARGUMENT, naming the first that is no text; else null would be encoded as the word */
export function checkTexts(name: string, texts: readonly string[]): void {
  checkList(name, texts);
  const wrong = texts.findIndex((text) => typeof text !== 'string');
  if (wrong >= 0) checkText(`${name}[${wrong}]`, texts[wrong]);
}

/** @throws {AttuneError} INVALID_ARGUMENT, naming the first that is neither a text nor an object of texts, or its field */
export function checkDocuments(documents: readonly DocumentInput[]): void {
  checkList('documents', documents);
  for (const [i, document] of documents.entries()) {
    if (typeof document === 'string') continue;
    if (typeof document !== 'object' || document === null || Array.isArray(document))
      throw wrongArgument(`documents[${i}]`, 'a text, or texts by the names of fields', document);
    for (const [field, text] of Object.entries(document)) {
      if (typeof text !== 'string') throw wrongArgument(`documents[${i}].${field}`, 'a text', text);
    }
  }
}
