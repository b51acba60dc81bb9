import { heading, htmlTable, type Section } from './html.js';
import { textHtml } from './language.js';
import { pictureHtml } from './picture.js';
import type { SearchResult, SideBySideSearch } from './types.js';

/** Answers of several legs to the same queries, side by side, with the documents' pictures. */
export function searchesSection(
  searches: readonly SideBySideSearch[],
  { id = 'searches', title = 'Searches, side by side' } = {},
): Section {
  const parts = searches.map(
    ({ query, legs }) =>
      heading(`“${query}”`) +
      htmlTable(
        `First results for “${query}”`,
        legs.map(({ name }) => ({ title: name })),
        [legs.map(({ results }) => ({ html: resultList(results) }))],
      ),
  );
  return { id, title, html: parts.join('\n') };
}

/** Results, best first. A right answer says so in words: a mark alone would be lost to some readers. */
export function resultList(results: readonly SearchResult[]): string {
  if (results.length === 0) return '<span class="soft">nothing</span>';
  const items = results.map(({ title, detail, relevant, picture }) => {
    const soft = [detail, relevant === undefined ? undefined : relevant ? '✓ right' : undefined].filter(
      (part) => part !== undefined,
    );
    return (
      `<li>${pictureHtml(picture)}${textHtml(title)}` +
      `${soft.length > 0 ? ` <span class="soft">${textHtml(soft.join(' · '))}</span>` : ''}</li>`
    );
  });
  return `<ol class="results">${items.join('')}</ol>`;
}
