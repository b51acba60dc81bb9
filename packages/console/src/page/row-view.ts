import type { SearchHit } from '@attune/client';
import type { Column } from './columns.js';
import { depth } from './columns.js';
import { button, element } from './elements.js';
import { shownOf } from './fields.js';
import type { Thumb } from './judgments.js';
import { languageOf } from './language.js';
import { type Move, moveText } from './moves.js';
import type { Answer, Results } from './results.js';

export interface RowActions {
  open(hit: SearchHit): void;
  judge(thumb: Thumb, hit: SearchHit, column: Column): void;
  /** The same document is marked in every column while it is looked at. */
  mark(id: string | undefined): void;
}

interface Row {
  /** From 1. */
  place: number;
  move: Move | undefined;
  /** Name of the column that the move is against. */
  against: string;
  answer: Answer;
  results: Results;
  actions: RowActions;
}

/** One answer: its place, its move, its image, title and text, and the thumbs. */
export function rowView(
  hit: SearchHit,
  { place, move, against, answer, results, actions }: Row,
): HTMLElement {
  const { title, text, image } = shownOf(hit, results.fields);
  const said = move && moveText(move, depth, against);
  const row = element(
    'li',
    { class: 'row', 'data-id': hit.id },
    element(
      'span',
      { class: 'place' },
      element('span', {}, String(place)),
      said &&
        element(
          'span',
          { class: `move ${move.kind}`, title: said.said },
          element('span', { 'aria-hidden': 'true' }, said.sign),
        ),
      said && element('span', { class: 'unseen' }, said.said),
    ),
    image === undefined ? undefined : pictureView(image),
    element(
      'div',
      { class: 'words' },
      button(
        { class: 'title', lang: languageOf(title) || undefined, dir: 'auto' },
        () => actions.open(hit),
        title,
      ),
      text === undefined
        ? undefined
        : element('p', { class: 'text', lang: languageOf(text) || undefined, dir: 'auto' }, text),
    ),
    element(
      'span',
      { class: 'thumbs' },
      thumbView('thumbs_up', `“${title}” fits`, results.judgments.of(hit.id), () =>
        actions.judge('thumbs_up', hit, answer.column),
      ),
      thumbView('thumbs_down', `“${title}” does not fit`, results.judgments.of(hit.id), () =>
        actions.judge('thumbs_down', hit, answer.column),
      ),
    ),
  );
  row.addEventListener('pointerenter', () => actions.mark(hit.id));
  row.addEventListener('pointerleave', () => actions.mark(undefined));
  row.addEventListener('focusin', () => actions.mark(hit.id));
  row.addEventListener('focusout', () => actions.mark(undefined));
  return row;
}

function thumbView(thumb: Thumb, label: string, given: Thumb | undefined, act: () => void): HTMLElement {
  return button(
    { class: thumb, 'aria-pressed': String(given === thumb), 'aria-label': label, title: label },
    act,
  );
}

/** An image that cannot be loaded leaves its place empty. */
export function pictureView(source: string): HTMLElement {
  const image = element('img', {
    src: source,
    alt: '',
    loading: 'lazy',
    decoding: 'async',
    referrerpolicy: 'no-referrer',
  });
  image.addEventListener('error', () => image.remove());
  return element('span', { class: 'picture' }, image);
}
