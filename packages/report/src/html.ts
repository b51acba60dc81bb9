import { escapeHtml } from './escape.js';
import { textHtml } from './language.js';
import { style } from './style.js';

/** One part of a page. `html` comes from this package's own functions, which escape what they are given. */
export interface Section {
  /** Anchor in the page: letters, digits, hyphens. */
  id: string;
  title: string;
  html: string;
}

/**
 * One self-contained page, with a card on top where it has one: then the sections are folded below it. Style and plots
 * are inline, there is no script, and nothing is loaded. A content security policy says so to the browser as well, so that
 * even what slipped through could not run or call home.
 *
 * @param card  HTML of this package's own functions, such as `evaluationCard`
 */
export function page(title: string, sections: readonly Section[], card?: string): string {
  const links = sections.map(
    ({ id, title }) => `<li><a href="#${escapeHtml(id)}">${textHtml(title)}</a></li>`,
  );
  const parts = sections.map(
    ({ id, title, html }) =>
      `<section id="${escapeHtml(id)}" aria-labelledby="${escapeHtml(id)}-title">\n` +
      `<details${card === undefined ? ' open' : ''}><summary><h2 id="${escapeHtml(id)}-title">${textHtml(title)}</h2></summary>\n` +
      `${html}\n</details></section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${textHtml(title)}</h1>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav></header>
<main>
${card === undefined ? '' : `<section class="card" aria-label="Result">\n${card}\n</section>\n`}${parts.join('\n')}
</main>
</body>
</html>
`;
}

export const paragraph = (content: string, kind?: string) =>
  `<p${kind === undefined ? '' : ` class="${kind}"`}>${textHtml(content)}</p>`;

export const heading = (content: string) => `<h3>${textHtml(content)}</h3>`;

export const figure = (plot: string, caption: string) =>
  plot === '' ? '' : `<figure>${plot}<figcaption>${textHtml(caption)}</figcaption></figure>`;

/** The one sentence to take away, with a word that says what the colour says. */
export const verdictBox = (kind: 'good' | 'caution' | 'bad', word: string, reason: string) =>
  `<p class="verdict ${kind}"><strong>${textHtml(word)}</strong> ${textHtml(reason)}</p>`;

/** A cell is text, or HTML that this package made. */
export type Cell = string | { html: string };

export interface HtmlColumn {
  title: string;
  number?: boolean | undefined;
}

export function htmlTable(
  caption: string,
  columns: readonly HtmlColumn[],
  rows: readonly (readonly Cell[])[],
): string {
  const kind = (c: number) => (columns[c]?.number ? ' class="number"' : '');
  const head = columns.map(({ title }, c) => `<th scope="col"${kind(c)}>${textHtml(title)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map(
      (cell, c) => `<td${kind(c)}>${typeof cell === 'string' ? textHtml(cell) : cell.html}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return (
    `<div class="scroll"><table><caption>${textHtml(caption)}</caption>` +
    `<thead><tr>${head}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table></div>`
  );
}

/** A figure with a smaller line under it. */
export const withSmall = (main: string, small: string): Cell => ({
  html: `${textHtml(main)}<small>${textHtml(small)}</small>`,
});
