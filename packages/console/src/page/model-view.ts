import type { Collection, Decision, ListedRelease, Model } from '@attune/client';
import { element } from './elements.js';
import { type Check, decisionOf, reasonText } from './model-facts.js';

/** What is in service, its figures, and what the gate said last. */
export interface InService {
  collection: Collection;
  model: Model | undefined;
  /** undefined: the key may not read them. */
  releases: readonly ListedRelease[] | undefined;
  decision: Decision | undefined;
}

/** The strip on top of the page. */
export function modelView({ collection, model, releases, decision }: InService): HTMLElement[] {
  const release = releases?.find(({ serving }) => serving);
  const facts: [string, string | undefined][] = [
    ['Model', collection.bundle],
    ['Kind', model && kindText(model)],
    ['Base', model?.base ?? undefined],
    ['Fingerprint', collection.fingerprint.slice(0, 12)],
    ['Release', release ? `${release.number}, ${reasonText(release.reason)}` : `${collection.release}`],
    ['Since', release && dateOf(release.createdAt)],
    ['Documents', documentsText(collection)],
  ];
  return [
    element(
      'dl',
      { class: 'facts' },
      ...facts
        .filter((fact): fact is [string, string] => fact[1] !== undefined)
        .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ),
    ...evaluationView(model),
    ...(releases === undefined ? [] : [decisionView(decision)]),
  ];
}

const kindText = ({ kind, dim, precision }: Model): string =>
  `${kind}, ${dim} dims${kind === 'transformer' ? `, products in ${precision}` : ''}`;

/** What the model's evaluation advised to serve, with its figures, where the model carries that. */
function evaluationView(model: Model | undefined): HTMLElement[] {
  const advised = model?.search?.choices.find(({ what }) => what === 'what is served');
  if (advised === undefined) return [];
  return [
    element(
      'p',
      { class: 'decision' },
      element('strong', {}, 'Evaluated'),
      ` on ${advised.queryCount.toLocaleString('en')} queries of ${advised.on}; served: ${advised.chosen}`,
    ),
  ];
}

function documentsText({ documents, indexed, withoutText, ready }: Collection): string {
  const parts = [documents.toLocaleString('en')];
  if (!ready) parts.push('the index is being opened');
  else if (indexed < documents)
    parts.push(`${(documents - indexed).toLocaleString('en')} still being indexed`);
  if (withoutText !== null && withoutText > 0) parts.push(`${withoutText.toLocaleString('en')} without text`);
  return parts.join(', ');
}

const dateOf = (timeMs: number): string =>
  new Date(timeMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function decisionView(decision: Decision | undefined): HTMLElement {
  if (decision === undefined)
    return element(
      'p',
      { class: 'decision soft' },
      'No decision yet: no cycle has trained a candidate for this collection.',
    );
  const { verdict, sentence, checks } = decisionOf(decision);
  return element(
    'details',
    { class: 'decision' },
    element(
      'summary',
      {},
      element('span', { class: `verdict ${decision.verdict.replace(' ', '-')}` }, verdict),
      element('span', {}, ` ${decision.candidate}, ${dateOf(decision.createdAt)}. ${sentence}`),
    ),
    element('ul', { class: 'checks' }, ...checks.map(checkView)),
  );
}

const marks = {
  passed: ['✓', 'passed'],
  failed: ['✗', 'not passed'],
  unknown: ['?', 'cannot be told'],
} as const;

function checkView({ name, state, said }: Check): HTMLElement {
  const [mark, word] = marks[state];
  return element(
    'li',
    { class: state },
    element('span', { 'aria-hidden': 'true' }, mark),
    element('span', { class: 'unseen' }, `${word}: `),
    element('strong', {}, name),
    ` ${said}`,
  );
}
