import { rm } from 'node:fs/promises';
import { type Dataset, readDataset, type ValidationReport, validate, writeDataset } from '@attune/data';
import { stemEnglish } from '@attune/indexes';

/**
 * Checks what feedback came to as any other log is checked, and leaves out the rows that validation rejects.
 *
 * It is written as a dataset for that, with the documents numbered (`d12`), because ids of a collection may hold what ids of a file
 * may not, and without attributes, which nothing is learned from.
 *
 * @param folder  for the files, removed when done
 */
export async function validateLearning(
  dataset: Dataset,
  folder: string,
  { quarantine, signal }: { quarantine: string; signal?: AbortSignal | undefined },
): Promise<{ report: ValidationReport; dataset: Dataset }> {
  const numberOf = new Map(dataset.documents.map(({ id }, row) => [id, `d${row}`]));
  const numbered = (id: string) => numberOf.get(id)!;
  await rm(folder, { recursive: true, force: true });
  await writeDataset(folder, {
    ...dataset,
    documents: dataset.documents.map((document) => ({
      ...document,
      id: numbered(document.id),
      attributes: {},
    })),
    interactions: dataset.interactions.map((row) => ({ ...row, documentId: numbered(row.documentId) })),
    slices: dataset.slices
      .filter(({ judgments }) => judgments.size > 0)
      .map(({ name, judgments }) => ({
        name,
        judgments: new Map(
          [...judgments].map(([query, grades]) => [
            query,
            new Map([...grades].map(([id, grade]) => [numbered(id), grade])),
          ]),
        ),
      })),
  });
  const report = await validate(folder, { stem: stemEnglish, quarantine, force: true, signal });
  const clean = await readDataset(folder, { stem: stemEnglish, signal });
  await rm(folder, { recursive: true, force: true });

  const pairs = new Set(clean.interactions.map(({ queryId, documentId }) => `${queryId} ${documentId}`));
  const judged = new Map(clean.slices.map(({ name, judgments }) => [name, judgments]));
  return {
    report: { ...report, source: 'what feedback came to' },
    dataset: {
      ...dataset,
      interactions: dataset.interactions.filter(({ queryId, documentId }) =>
        pairs.has(`${queryId} ${numbered(documentId)}`),
      ),
      slices: dataset.slices.map((slice) => ({
        ...slice,
        judgments: new Map([...slice.judgments].filter(([query]) => judged.get(slice.name)?.has(query))),
      })),
    },
  };
}
