import { openColumn } from './columns-view.js';
import { byId } from './elements.js';

/**
 * Keys of the page: `/` to the search, arrows between answers and columns, `+` and `-` for the thumbs of the answer that has the focus,
 * Esc from an answer to the search. A dialog keeps its own.
 */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const target = event.target as HTMLElement;
    const query = byId<HTMLInputElement>('query');
    const row = target.closest<HTMLElement>('.row');
    const isTyping = target.matches('input, select, textarea');
    if (event.key === '/' && !isTyping) done(event, () => query.select());
    else if (target === query && event.key === 'ArrowDown') focusFirst(event);
    else if (row !== null) keyOnRow(event, row, query);
  });
}

function keyOnRow(event: KeyboardEvent, row: HTMLElement, query: HTMLInputElement): void {
  const press = (thumb: string) => row.querySelector<HTMLElement>(`.${thumb}`)?.click();
  if (event.key === 'ArrowDown') focusRow(event, row.nextElementSibling);
  else if (event.key === 'ArrowUp') {
    if (row.previousElementSibling === null) done(event, () => query.focus());
    else focusRow(event, row.previousElementSibling);
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') focusBeside(event, row);
  else if (event.key === '+') done(event, () => press('thumbs_up'));
  else if (event.key === '-') done(event, () => press('thumbs_down'));
  else if (event.key === 'Escape') done(event, () => query.focus());
}

function focusFirst(event: KeyboardEvent): void {
  const open = byId('switch').dataset['open'] ?? '';
  const columns = [...byId('columns').querySelectorAll<HTMLElement>('.column')];
  const visible = columns.filter(({ offsetParent }) => offsetParent !== null);
  const column = visible.length === 1 ? visible[0] : columns[0];
  focusRow(
    event,
    (column ?? byId('columns').querySelector(`[data-column="${CSS.escape(open)}"]`))?.querySelector('.row') ??
      null,
  );
}

/** The answer at the same place of the next column, or its last one. */
function focusBeside(event: KeyboardEvent, row: HTMLElement): void {
  const column = row.closest<HTMLElement>('.column');
  const beside = event.key === 'ArrowLeft' ? column?.previousElementSibling : column?.nextElementSibling;
  if (!(beside instanceof HTMLElement) || row.parentElement === null) return;
  const place = [...row.parentElement.children].indexOf(row);
  openColumn(beside.dataset['column'] ?? '');
  const rows = beside.querySelectorAll('.row');
  focusRow(event, rows[Math.min(place, rows.length - 1)] ?? null);
}

function focusRow(event: KeyboardEvent, row: Element | null): void {
  const title = row?.querySelector<HTMLElement>('.title');
  if (title) done(event, () => title.focus());
}

function done(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  act();
}
