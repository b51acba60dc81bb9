/** A text, or fields by name. */
export type DocumentInput = string | Readonly<Record<string, string>>;

/**
 * The text that stands for a document, wherever it is embedded, searched by words, trained on or judged: the chosen
 * fields in the order chosen. Where none is chosen, or the document has none of them, all its text fields in their own
 * order, so that a document of any shape is found. Joined by one space; a blank field counts as one that is not there.
 *
 * @returns '' for a document without text, which is not to be embedded
 */
export function documentText(document: DocumentInput, chosen: readonly string[]): string {
  if (typeof document === 'string') return document;
  return joinFields(document, chosen) || joinFields(document, Object.keys(document));
}

/** The texts of documents, with the counts that a report tells. */
export interface DocumentTexts {
  /** [documents] */
  texts: string[];
  /** Documents whose text is all their fields, because they have none of the chosen ones. */
  fallbackCount: number;
  /** Rows of the documents without text, rising. */
  blankRows: number[];
}

/** As `documentText` for each, counted. */
export function documentTexts(documents: readonly DocumentInput[], chosen: readonly string[]): DocumentTexts {
  const blankRows: number[] = [];
  let fallbackCount = 0;
  const texts = documents.map((document, row) => {
    const text = documentText(document, chosen);
    if (!hasText(text)) blankRows.push(row);
    else if (isFallback(document, chosen)) fallbackCount += 1;
    return text;
  });
  return { texts, fallbackCount, blankRows };
}

/** What a report tells of such texts, in sentences; none where every document has one of the chosen fields. */
export function documentTextNotes(
  { texts, fallbackCount, blankRows }: DocumentTexts,
  chosen: readonly string[],
): string[] {
  const share = (count: number) =>
    `${count.toLocaleString('en')} of ${texts.length.toLocaleString('en')} documents`;
  const notes: string[] = [];
  if (fallbackCount > 0) {
    notes.push(
      `${share(fallbackCount)} have none of the fields ${chosen.join(', ')}; the text of each is all its text fields.`,
    );
  }
  if (blankRows.length > 0) notes.push(`${share(blankRows.length)} have no text, so no search finds them.`);
  return notes;
}

function isFallback(document: DocumentInput, chosen: readonly string[]): boolean {
  return typeof document !== 'string' && chosen.length > 0 && !chosen.some((name) => hasText(document[name]));
}

function joinFields(document: Readonly<Record<string, string>>, names: readonly string[]): string {
  return names
    .map((name) => document[name])
    .filter(hasText)
    .join(' ');
}

/** Callers in JavaScript may have fields that are no texts. */
function hasText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
