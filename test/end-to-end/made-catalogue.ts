/**
 * A catalogue of which neither words nor vectors find everything: a thing is called one word by its sellers and another by whoever looks
 * for it, which a model can learn, and its line has a name that no vector knows. Names of lines are words whose stems are alike, and notes
 * tell of other things: words find more without stems, and in titles alone.
 */
import type { Dataset, DocumentRow, InteractionRow, JudgedSlice, QueryRow } from '@attune/data';
import { things } from '../packages/tune/small-shop.js';
import { randomBelow } from '../random.js';

const lines = [
  ['university', 'universe', 'universal'],
  ['organ', 'organs', 'organization'],
  ['general', 'generals', 'generally'],
  ['operate', 'operating', 'operation'],
  ['market', 'markets', 'marketing'],
  ['connect', 'connected', 'connection'],
].flat();

const lastTest = 20;
const lastDev = 180;

/** Three lines of each two things. Judged queries are 20 of `test` and 160 of `dev`; every third asks within one shop. */
export function madeCatalogue(): Dataset {
  const source = { file: 'made-catalogue.ts', line: 1 };
  const below = randomBelow(5);
  const documents: DocumentRow[] = [];
  const asked: { text: string; shop: string; grades: Map<string, number> }[] = [];
  things.forEach(([seller, buyer], a) => {
    things.slice(0, a).forEach(([otherSeller, otherBuyer]) => {
      const first = documents.length;
      const family = 3 * below(lines.length / 3);
      const grades = [0, 1, 2].map((i) => [`item-${String(first + i).padStart(3, '0')}`, 1] as const);
      for (const [i, [id]] of grades.entries()) {
        const line = lines[family + i]!;
        const [noise, otherNoise] = [lines[below(lines.length)]!, things[below(things.length)]![0]];
        documents.push({
          id,
          fields: { title: `${seller} and ${otherSeller} ${line}`, note: `${noise} ${otherNoise} ${noise}` },
          attributes: { shop: i % 2 ? 'east' : 'west', sales: first + i },
          source,
        });
        asked.push({
          text: `${buyer} ${otherBuyer} ${line}`,
          shop: i % 2 ? 'east' : 'west',
          grades: new Map([...grades, [id, 2]]),
        });
      }
    });
  });

  // Coprime to their number, so that every part has queries of all things.
  const order = asked.map((_, i) => (i * 77) % asked.length);
  const queries: QueryRow[] = [];
  const interactions: InteractionRow[] = [];
  const slices: JudgedSlice[] = ['dev', 'test'].map((name) => ({ name, judgments: new Map() }));
  order.forEach((place, i) => {
    const { text, shop, grades } = asked[place]!;
    const part = i < lastTest ? 'test' : i < lastDev ? 'dev' : 'train';
    const id = `q-${place}`;
    queries.push({ id, text, part, source, ...(i % 3 === 0 && part !== 'train' && { filter: { shop } }) });
    if (part !== 'train') slices.find(({ name }) => name === part)!.judgments.set(id, grades);
    else
      for (const [documentId, weight] of grades)
        interactions.push({ queryId: id, query: text, documentId, weight, source });
  });
  return { path: 'made-catalogue', documents, queries, interactions, slices };
}
