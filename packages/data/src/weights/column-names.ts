import { plainName } from '../columns.js';

/** Columns that count what people did, by the action of UBI that they count. */
// biome-ignore format: names read better in rows
const actionNames: Readonly<Record<'click' | 'add_to_cart' | 'purchase', ReadonlySet<string>>> = {
  click: new Set([
    'click', 'clicks', 'clicked', 'click_count', 'clicks_count', 'num_clicks', 'n_clicks', 'is_click', 'is_clicked',
    'total_clicks', 'klicks', 'clics', 'cliques', 'клики', 'клик', '클릭', '클릭수', '点击', '点击量', '点击数', '点击次数', 'クリック', 'クリック数',
  ]),
  add_to_cart: new Set([
    'cart', 'carts', 'add_to_cart', 'add_to_carts', 'added_to_cart', 'addtocart', 'add_to_cart_count', 'cart_adds',
    'cart_count', 'atc', 'atcs', '加购', '加购量', '加购数', '加购次数', '加入购物车',
  ]),
  purchase: new Set([
    'purchase', 'purchases', 'purchased', 'purchase_count', 'num_purchases', 'order', 'orders', 'ordered',
    'order_count', 'num_orders', 'n_orders', 'bought', 'sales', 'sold', 'units_sold', 'conversions', '购买', '购买量',
    '购买数', '购买次数', '订单', '订单量', '订单数', '下单', '下单量', '成交', '成交量', '销量', '購入数',
  ]),
};

/** The action that a column counts by its name; undefined where it names none. */
export function actionOf(column: string): keyof typeof actionNames | undefined {
  const name = plainName(column);
  return (Object.keys(actionNames) as (keyof typeof actionNames)[]).find((action) =>
    actionNames[action].has(name),
  );
}

// biome-ignore format: names read better in rows
const impressionNames: ReadonlySet<string> = new Set([
  'impression', 'impressions', 'impression_count', 'num_impressions', 'n_impressions', 'imps', 'views', 'view_count', 'shown',
  'times_shown', 'exposures', 'exposure', '曝光', '曝光量', '曝光数', '曝光次数', '展示', '展示量', '展示次数', '展现量', '表示回数',
]);

/** Whether a column counts how often a document was shown. */
export const isImpressions = (column: string): boolean => impressionNames.has(plainName(column));

// biome-ignore format: names read better in rows
const doingNames: ReadonlySet<string> = new Set([
  'action', 'action_name', 'action_type', 'event', 'event_name', 'event_type', 'interaction', 'interaction_type',
  'user_action', 'behavior', 'behaviour', 'behavior_type', 'behaviour_type', '行为', '行为类型', '操作', '动作', 'アクション',
]);

/** Whether a column says what somebody did, one thing a row. */
export const isAction = (column: string): boolean => doingNames.has(plainName(column));

/** Other names of something counted. */
const counting =
  /(^|_)(count|counts|freq|frequency|times|hits|visits|sessions|events|interactions)$|次数|频次|数量$|回数$/u;
const rating = /(^|_)(ctr|cvr|rate|share|ratio|probability|propensity)$|率$/u;
const grading =
  /(^|_)(relevance|relevancy|relevant|grade|grades|label|labels|rating|judgment|judgement|judgments|judgements|rel|gain)(_score)?$|相关性|相关度|评分|等级/u;

export const countsByName = (column: string): boolean =>
  actionOf(column) !== undefined || counting.test(plainName(column));
export const ratesByName = (column: string): boolean => rating.test(plainName(column));
export const gradesByName = (column: string): boolean => grading.test(plainName(column));
