/** Some lines of NDJSON that are sent together. */
export interface Batch {
  body: string;
  /** Lines before this batch. */
  before: number;
}

/**
 * Parts values into batches, each as large as a server likes it: at most `mostLines`, and about `mostCharacters` unless one value alone
 * is larger. A value is taken only when its batch is wanted.
 */
export async function* batchesOf(
  values: Iterable<unknown> | AsyncIterable<unknown>,
  { mostLines, mostCharacters }: { mostLines: number; mostCharacters: number },
): AsyncGenerator<Batch, void, undefined> {
  let lines: string[] = [];
  let characters = 0;
  let before = 0;
  for await (const value of values) {
    const line = JSON.stringify(value);
    if (lines.length > 0 && (lines.length >= mostLines || characters + line.length > mostCharacters)) {
      yield { body: lines.join('\n'), before };
      before += lines.length;
      lines = [];
      characters = 0;
    }
    lines.push(line);
    characters += line.length + 1;
  }
  if (lines.length > 0) yield { body: lines.join('\n'), before };
}
