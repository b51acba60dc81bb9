// Cranfield as a BEIR folder, for those who have such a folder of their own:
//
//   node test/audience/beir-of-cranfield.mjs CRANFIELD OUT
//
// CRANFIELD holds cran.all.1400.xml, cran.qry.xml and cranqrel.trec.txt. OUT gets corpus.jsonl, queries.jsonl and qrels/{train,dev,test}.tsv.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { qrelsByPart, writeBeirFolder } from './beir-folder.mjs';

/** What stands between a tag and its end, on one line. */
const tag = (text, name) =>
  (new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text)?.[1] ?? '').replace(/\s+/g, ' ').trim();

const elements = (text, name) =>
  [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inner]) => inner);

/**
 * Judgments name a query by its place, from 1 on, and not by its `num`, which has gaps: query 3 is the one with the num 4.
 *
 * Grades are 1 for relevant and 0 for not: this copy made 1 of Cranfield's grades 1 to 4 and 0 of its -1, as its README says, so that
 * it no longer matters which end of 1 to 4 was the best. One 3 was passed over by that replacement (query 40, document 85); it is relevant too.
 *
 * @param {{ documents: string, queries: string, judgments: string }} texts  of the three files
 */
export function beirOfCranfield({ documents, queries, judgments }) {
  const corpus = elements(documents, 'doc').map((text) => {
    const title = tag(text, 'title');
    const body = tag(text, 'text');
    // An abstract begins with its title, which then would count twice.
    return {
      _id: tag(text, 'docno'),
      title,
      text: body.startsWith(title) ? body.slice(title.length).trim() : body,
    };
  });
  const asked = elements(queries, 'top').map((text, row) => ({
    _id: String(row + 1),
    text: tag(text, 'title'),
  }));
  const lines = judgments.split('\n').map((line) => line.trim().split(/\s+/));
  const qrels = qrelsByPart(
    asked,
    lines
      .filter(([, , , grade]) => grade !== undefined)
      .map(([query, , document, grade]) => [query, document, Number(grade) > 0 ? 1 : 0]),
  );
  return { corpus, queries: asked, qrels };
}

export async function writeBeirOfCranfield(cranfield, out) {
  const read = (name) => readFile(join(cranfield, name), 'utf8');
  return writeBeirFolder(
    out,
    beirOfCranfield({
      documents: await read('cran.all.1400.xml'),
      queries: await read('cran.qry.xml'),
      judgments: await read('cranqrel.trec.txt'),
    }),
  );
}

if (import.meta.url === pathToFileURL(resolve(process.argv[1] ?? '')).href) {
  const [cranfield, out] = process.argv.slice(2);
  if (cranfield === undefined || out === undefined)
    throw new Error('Expected: beir-of-cranfield.mjs CRANFIELD OUT');
  await writeBeirOfCranfield(cranfield, out);
}
