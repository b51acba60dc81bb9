import { hash53, hashPair } from '../hash.js';
import { KeyTable, NumberColumn } from '../key-table.js';
import { missingEventField } from '../rows.js';
import type { RuleContext, RuleRun, ValidationRule } from './rule.js';

/** What UBI 1.3 names itself. */
export const ubiActions: ReadonlySet<string> = new Set([
  'add_to_cart',
  'click',
  'impression',
  'purchase',
  'search',
  'view',
  'watch',
]);

const needsImpression = new Set(['click', 'add_to_cart', 'purchase']);

export const eventRules: readonly ValidationRule[] = [
  {
    code: 'EVENT_MISSING_FIELD',
    title: 'events without a field that UBI requires',
    severity: 'warning',
    failAbove: 0.05,
    unit: 'rows',
    quarantine: true,
    fix: 'Log action_name and timestamp with every event, object_id with what is done to a document, query_id and user_query with a query.',
    start(context) {
      if (!context.has('events')) return undefined;
      const byField = new Map<string, number>();
      return {
        row(row, found) {
          if (row.role !== 'events') return;
          found.looked();
          if (row.rejected !== 'EVENT_MISSING_FIELD') return;
          const field = missingEventField(row) ?? 'action_name';
          byField.set(field, (byField.get(field) ?? 0) + 1);
          found.found(row, `no ${field}: ${row.raw}`);
        },
        end(found) {
          for (const [field, count] of byField) found.say(`${field} is missing in ${count}.`);
        },
      };
    },
  },
  {
    code: 'UNKNOWN_ACTION',
    title: 'actions that have no weight and are not among those of UBI',
    severity: 'info',
    unit: 'events',
    fix: 'Give the action a weight if it says something about a document; otherwise it is not learned from.',
    start(context) {
      if (!context.has('events')) return undefined;
      const counts = new Map<string, number>();
      return {
        row(row, found) {
          if (row.event?.kind !== 'event' || row.event.action === undefined) return;
          const { action } = row.event;
          found.looked();
          if (ubiActions.has(action) || context.options.actions.has(action)) return;
          counts.set(action, (counts.get(action) ?? 0) + 1);
          if (counts.get(action) === 1) found.found(row, `${action}: ${row.raw}`);
        },
        end(found) {
          let events = 0;
          for (const count of counts.values()) events += count;
          found.totals(events, -1);
          const list = [...counts]
            .sort(([, a], [, b]) => b - a)
            .map(([action, count]) => `${action} ${count}`);
          if (list.length > 0) found.say(`${list.join(', ')}.`);
        },
      };
    },
  },
  {
    code: 'UNKNOWN_QUERY_ID',
    title: 'events whose query no query row has',
    severity: 'warning',
    failAbove: 0.5,
    unit: 'events',
    fix: 'Log the query with the same query_id before its events. Events that carry user_query are used all the same.',
    start: (context) => eventsAgainstQueries(context, ({ timeOfQuery }) => Number.isNaN(timeOfQuery)),
  },
  {
    code: 'EVENT_BEFORE_QUERY',
    title: 'events earlier than their query',
    severity: 'warning',
    failAbove: 0.2,
    unit: 'events',
    fix: 'Look at clocks and time zones: client and server must write the same time.',
    start: (context) => eventsAgainstQueries(context, ({ timeMs, timeOfQuery }) => timeMs < timeOfQuery),
  },
  {
    code: 'CLICK_WITHOUT_IMPRESSION',
    title: 'clicks, carts and purchases of documents that were not shown',
    severity: 'warning',
    failAbove: 0.5,
    unit: 'events',
    fix: 'Log an impression for everything that is shown (or query_response_hit_ids); without them, no share of clicks can be told.',
    start: clicksWithoutImpression,
  },
];

/** Compares each event with its query's first row, wherever in the files that stands. */
function eventsAgainstQueries(
  context: RuleContext,
  isFault: (event: { timeMs: number; timeOfQuery: number }) => boolean,
): RuleRun | undefined {
  if (!context.has('events')) return undefined;
  const queries = new KeyTable();
  const firstTime = new NumberColumn('float64');
  const [keys, times] = [new NumberColumn('float64'), new NumberColumn('float64')];
  const [files, lines] = [new NumberColumn('int32'), new NumberColumn('int32')];
  let count = 0;
  return {
    row(row, found) {
      const { event, queryId } = row;
      if (event === undefined) return;
      if (event.kind === 'query') {
        if (queryId === undefined) return;
        const before = queries.size;
        const at = queries.add(hash53(queryId));
        const time = event.timeMs ?? -Infinity;
        if (at === before || time < firstTime.get(at))
          firstTime.set(at, Number.isNaN(time) ? -Infinity : time);
        return;
      }
      found.looked();
      // An event without a query id belongs to no query row either; -2 is the hash of nothing.
      keys.set(count, queryId === undefined ? -2 : hash53(queryId));
      times.set(count, event.timeMs ?? Number.NaN);
      files.set(count, context.plan.files.indexOf(row.source));
      lines.set(count, row.line);
      count += 1;
    },
    end(found) {
      for (let row = 0; row < count; row += 1) {
        const at = queries.find(keys.get(row));
        const timeOfQuery = at === -1 ? Number.NaN : firstTime.get(at);
        if (isFault({ timeMs: times.get(row), timeOfQuery })) found.foundAt(files.get(row), lines.get(row));
      }
    },
  };
}

/**
 * Joined on query id and document id. A document that its query row lists among the hits was answered, but whether it was seen only
 * an impression tells, so these are faults too, counted apart.
 */
function clicksWithoutImpression(context: RuleContext): RuleRun | undefined {
  if (!context.has('events')) return undefined;
  const shown = new KeyTable();
  const answered = new KeyTable();
  const keys = new NumberColumn('float64');
  const [files, lines] = [new NumberColumn('int32'), new NumberColumn('int32')];
  const actions: string[] = [...needsImpression];
  const kinds = new NumberColumn('int32');
  let count = 0;
  return {
    row(row, found) {
      const { event, documentId } = row;
      if (event === undefined) return;
      const query = hash53(row.queryId ?? '');
      for (const hit of event.hits) answered.add(hashPair(query, hash53(hit)));
      if (documentId === undefined) return;
      const pair = hashPair(query, hash53(documentId));
      if (event.action === 'impression') shown.add(pair);
      if (event.action === undefined || !needsImpression.has(event.action)) return;
      found.looked();
      keys.set(count, pair);
      files.set(count, context.plan.files.indexOf(row.source));
      lines.set(count, row.line);
      kinds.set(count, actions.indexOf(event.action));
      count += 1;
    },
    end(found) {
      const without = actions.map(() => 0);
      const total = actions.map(() => 0);
      let hits = 0;
      for (let row = 0; row < count; row += 1) {
        const kind = kinds.get(row);
        total[kind] = (total[kind] ?? 0) + 1;
        if (shown.has(keys.get(row))) continue;
        without[kind] = (without[kind] ?? 0) + 1;
        if (answered.has(keys.get(row))) hits += 1;
        found.foundAt(files.get(row), lines.get(row));
      }
      if (without.every((events) => events === 0)) return;
      const list = actions.map((action, kind) => `${without[kind]} of ${total[kind]} ${action}`);
      found.say(
        `Without an impression: ${list.join(', ')}. ${hits} of them are among the logged hits of their query.`,
      );
    },
  };
}
