import { type Dataset, readDataset, type ValidationReport, validate } from '@attune/data';
import { stemForLanguage } from '@attune/indexes';

/**
 * Checks what feedback came to as any other log is checked, and leaves out the rows that validation rejects. Documents are numbered for
 * that (`d12`), because ids of a collection may hold what ids of a log may not.
 *
 * @param quarantine  where the rows that are left out are written
 */
export async function validateLearning(
  dataset: Dataset,
  { quarantine, signal }: { quarantine: string; signal?: AbortSignal | undefined },
): Promise<{ report: ValidationReport; dataset: Dataset }> {
  const numberOf = new Map(dataset.documents.map(({ id }, row) => [id, `d${row}`]));
  const numbered = (id: string) => numberOf.get(id)!;
  const checked: Dataset = {
    ...dataset,
    path: 'what feedback came to',
    documents: dataset.documents.map((document) => ({ ...document, id: numbered(document.id) })),
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
  };
  const report = await validate(checked, { stemFor: stemForLanguage, quarantine, force: true, signal });
  const clean = await readDataset(checked, { stemFor: stemForLanguage, signal });

  const pairs = new Set(clean.interactions.map(({ queryId, documentId }) => `${queryId} ${documentId}`));
  const judged = new Map(clean.slices.map(({ name, judgments }) => [name, judgments]));
  return {
    report,
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
