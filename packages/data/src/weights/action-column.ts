import { defaultActionWeights } from '../events/event-interactions.js';
import { textOfValue } from '../values.js';
import { isAction } from './column-names.js';
import type { ColumnSample } from './column-sample.js';
import type { FileWeights } from './file-weights.js';
import { foldLabel } from './labels.js';

// One row for each thing that people did: a column says what, such as click, add_to_cart or purchase.

/** Words for actions, by the action of UBI that they stand for. A view is an impression where clicks are logged beside it, else a click. */
const words: Readonly<Record<string, readonly string[]>> = {
  impression: ['impression', 'impressions', 'impressed', 'shown', 'exposure', '曝光', '展示', '展现'],
  view: [
    'view',
    'viewed',
    'pageview',
    'page view',
    'detail',
    'product view',
    'view item',
    'pv',
    '浏览',
    '閲覧',
  ],
  click: ['click', 'clicked', 'clicks', 'product click', 'select', 'select item', '点击', 'クリック'],
  add_to_cart: [
    ...['add to cart', 'addtocart', 'added to cart', 'cart', 'cart add', 'atc', 'add to basket', 'basket'],
    ...['加购', '加入购物车', 'カート追加'],
  ],
  purchase: [
    ...[
      'purchase',
      'purchased',
      'order',
      'ordered',
      'buy',
      'bought',
      'transaction',
      'checkout',
      'conversion',
    ],
    ...['sale', '购买', '下单', '成交', '購入'],
  ],
};
const actionOfWord = new Map(
  Object.entries(words).flatMap(([action, each]) => each.map((word) => [word, action] as const)),
);

/** The column whose words say what somebody did, at least two of them or all; undefined where there is none. */
export function actionColumn(samples: readonly ColumnSample[]): ColumnSample | undefined {
  return samples.find(({ column, labels, numbers }) => {
    const known = [...labels.keys()].filter((label) => actionOfWord.has(label)).length;
    return isAction(column) && numbers === 0 && known > 0 && (known >= 2 || known === labels.size);
  });
}

/**
 * Every row weighs what its action does; one that nobody knows, such as a scroll, weighs 0. Where impressions are logged too, actions
 * become rates of them.
 *
 * @param rankOf  at which rank a row's document stood; undefined where it does not say
 */
export function weightsByAction(
  { column, labels }: ColumnSample,
  rankOf: FileWeights['of'],
  weights: Readonly<Record<string, number>> = defaultActionWeights,
): FileWeights {
  const found = new Set([...labels.keys()].map((label) => actionOfWord.get(label)));
  const meaningOf = (label: string) => {
    const action = actionOfWord.get(label);
    return action === 'view' ? (found.has('click') ? 'impression' : 'click') : action;
  };
  const actionIn = (values: Readonly<Record<string, unknown>>) =>
    meaningOf(foldLabel(textOfValue(values[column])));
  const weightOf = (action: string) => weights[action] ?? 0;
  const told = [...labels]
    .map(([label, text]) => `${text} ${weightOf(meaningOf(label) ?? '')}`)
    .slice(0, 10)
    .join(', ');
  const hasImpressions = [...labels.keys()].some((label) => meaningOf(label) === 'impression');
  return {
    kind: hasImpressions ? 'rates' : 'counts',
    columns: [column],
    why: `${column} says what was done, and each row counts for what that weighs: ${told}.`,
    of: (values) => weightOf(actionIn(values) ?? ''),
    ...(hasImpressions && {
      impressions: (values) => ({ count: actionIn(values) === 'impression' ? 1 : 0, rank: rankOf(values) }),
    }),
  };
}
