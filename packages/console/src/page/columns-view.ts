import { depth } from './columns.js';
import { button, byId, element } from './elements.js';
import { sharedAmong } from './moves.js';
import { type Answer, idsOf, movesAgainst, type Results } from './results.js';
import { type RowActions, rowView } from './row-view.js';

export interface ColumnsShown {
  /** Name of the column that places are compared with. */
  reference: string;
  /** Answers shown of each column. */
  shown: number;
  actions: RowActions & { copy(answer: Answer): void };
}

/** Shows all columns of a search, and the switch between them where only one has room. */
export function showColumns(results: Results, { reference, shown, actions }: ColumnsShown): void {
  const { answers } = results;
  const against = answers.find(({ column }) => column.name === reference);
  const columns = answers.map((answer) => columnView(answer, against, results, { shown, actions }));
  byId('columns').replaceChildren(...columns);
  const open = byId('switch').dataset['open'] ?? '';
  const first = answers.some(({ column }) => column.name === open)
    ? open
    : (answers.at(-1)?.column.name ?? '');
  byId('switch').hidden = answers.length < 2;
  byId('switch').replaceChildren(
    ...answers.map(({ column }) =>
      button({ 'data-column': column.name }, () => openColumn(column.name), column.name),
    ),
  );
  openColumn(first);
}

/** Shows this one where only one has room. */
export function openColumn(name: string): void {
  byId('switch').dataset['open'] = name;
  for (const each of byId('switch').querySelectorAll('button'))
    each.setAttribute('aria-pressed', String(each.dataset['column'] === name));
  for (const each of byId('columns').querySelectorAll('section'))
    each.classList.toggle('open', each.dataset['column'] === name);
}

function columnView(
  answer: Answer,
  against: Answer | undefined,
  results: Results,
  { shown, actions }: Pick<ColumnsShown, 'shown' | 'actions'>,
): HTMLElement {
  const { column, hits, failed } = answer;
  const moves = movesAgainst(against, answer);
  const title = `column-${column.name}`;
  return element(
    'section',
    { class: 'column', 'data-column': column.name, 'aria-labelledby': title },
    element(
      'header',
      {},
      element('h2', { id: title }, column.name),
      element('span', { class: 'about', title: column.about }, column.about),
      button(
        { class: 'plain', 'aria-label': `Copy the search of the column ${column.name} as curl` },
        () => actions.copy(answer),
        'curl',
      ),
      element('p', { class: 'soft' }, summaryOf(answer, against, shown)),
    ),
    failed === undefined
      ? element(
          'ol',
          { class: 'rows' },
          ...hits.slice(0, shown).map((hit, at) => {
            const move = moves?.get(hit.id);
            return rowView(hit, {
              place: at + 1,
              move,
              against: against?.column.name ?? '',
              answer,
              results,
              actions,
            });
          }),
        )
      : element('p', { class: 'failed' }, failed),
  );
}

/** How much of it is in the column that is compared with, too. */
function summaryOf(answer: Answer, against: Answer | undefined, shown: number): string {
  const { hits, failed, milliseconds } = answer;
  if (failed !== undefined) return 'no answer';
  const time = `${Math.max(1, Math.round(milliseconds))} ms`;
  if (hits.length === 0) return `nothing found, ${time}`;
  const count = Math.min(shown, hits.length);
  if (against === undefined || against === answer || against.failed !== undefined)
    return `${count}${hits.length >= depth ? '' : ` of ${hits.length}`}, ${time}`;
  return `${sharedAmong(idsOf(against), idsOf(answer), count)} of ${count} as in ${against.column.name}, ${time}`;
}
