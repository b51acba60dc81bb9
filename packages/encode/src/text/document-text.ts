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

/** What is told of the texts of documents. */
export interface DocumentTextCounts {
  documents: number;
  /** Whose text is all their fields, because they have none of the chosen ones. */
  fallback: number;
  /** Without text. */
  blank: number;
}

export const noDocumentTexts = (): DocumentTextCounts => ({ documents: 0, fallback: 0, blank: 0 });

/** The texts of documents, with the counts that a report tells. */
export interface DocumentTexts {
  /** [documents] */
  texts: string[];
  /** Rows of the documents without text, rising. */
  blankRows: number[];
  counts: DocumentTextCounts;
}

/** As `documentText` for each, counted. */
export function documentTexts(documents: readonly DocumentInput[], chosen: readonly string[]): DocumentTexts {
  const blankRows: number[] = [];
  const counts = noDocumentTexts();
  const texts = documents.map((document, row) => {
    const text = documentText(document, chosen);
    countDocumentText(counts, document, chosen);
    if (!hasText(text)) blankRows.push(row);
    return text;
  });
  return { texts, blankRows, counts };
}

/** Counts one more document, whether or not its text is wanted. */
export function countDocumentText(
  counts: DocumentTextCounts,
  document: DocumentInput,
  chosen: readonly string[],
): void {
  counts.documents += 1;
  const values = typeof document === 'string' ? [document] : Object.values(document);
  if (!values.some(hasText)) counts.blank += 1;
  else if (isFallback(document, chosen)) counts.fallback += 1;
}

/** What is told of such texts, in sentences; none where every document has one of the chosen fields. */
export function documentTextNotes(
  { documents, fallback, blank }: DocumentTextCounts,
  chosen: readonly string[],
): string[] {
  const share = (count: number) =>
    `${count.toLocaleString('en')} of ${documents.toLocaleString('en')} documents`;
  const notes: string[] = [];
  if (fallback > 0) {
    notes.push(
      `${share(fallback)} have none of the fields ${chosen.join(', ')}; the text of each is all its text fields.`,
    );
  }
  if (blank > 0) notes.push(`${share(blank)} have no text, so no search finds them.`);
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
