import type { Judgments } from '@attune/schema';
import type { SourceFile, SourcePlan } from './source-plan.js';
import type { DocumentRow, JudgedSlice } from './types.js';

/** Quadrants of (known or new query) × (known or new document), by the end of a slice's name. */
const sideOfQuadrant: readonly (readonly [ending: string, side: string])[] = [
  ['novel-query', 'seen'],
  ['in-domain', 'seen'],
  ['zero-shot', 'novel'],
  ['novel-doc', 'novel'],
];

/** Judged slices as the rows of qrels and ignore files come in. */
export class SliceReader {
  readonly #judgments = new Map<string, Judgments>();
  readonly #ignore = new Map<string, Map<string, Set<string>>>();

  judge({ slice = '' }: SourceFile, queryId: string, documentId: string, grade: number): void {
    const judgments = getOrAdd(this.#judgments, slice, () => new Map());
    getOrAdd(judgments, queryId, () => new Map<string, number>()).set(documentId, grade);
  }

  ignore({ slice = '' }: SourceFile, queryId: string, documentId: string): void {
    const ignore = getOrAdd(this.#ignore, slice, () => new Map());
    getOrAdd(ignore, queryId, () => new Set<string>()).add(documentId);
  }

  get judgments(): ReadonlyMap<string, Judgments> {
    return this.#judgments;
  }

  /**
   * The slices, each with its filter: the one of `dataset.json`, or, of a quadrant, the value of `side` that its judged
   * documents have. Judged documents on several sides are noted, and the slice then searches everything.
   */
  slices(
    plan: SourcePlan,
    documentOf: (id: string) => DocumentRow | undefined,
    notes: string[],
  ): JudgedSlice[] {
    return [...this.#judgments].map(([name, judgments]) => {
      const slice: JudgedSlice = { name, judgments };
      const ignore = this.#ignore.get(name);
      if (ignore !== undefined) slice.ignore = ignore;
      const weights = plan.files.find((file) => file.role === 'judgments' && file.slice === name)?.weights;
      if (weights !== undefined) slice.weights = weights.kind;
      const declared = plan.manifest?.slices?.[name]?.filter;
      const expected = sideOfQuadrant.find(([ending]) => name.endsWith(ending))?.[1];
      if (declared !== undefined) slice.filter = declared;
      else if (expected !== undefined) {
        const sides = new Set<unknown>();
        for (const grades of judgments.values()) {
          for (const id of grades.keys()) sides.add(documentOf(id)?.attributes['side']);
        }
        sides.delete(undefined);
        const [side] = sides;
        if (sides.size === 1 && typeof side === 'string') slice.filter = { side };
        else if (sides.size > 1) {
          const list = [...sides].join(', ');
          notes.push(
            `${name}: its judged documents lie on several sides (${list}), so it searches all documents.`,
          );
        }
      }
      return slice;
    });
  }
}

export function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
