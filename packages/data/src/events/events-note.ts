import { counted } from '@attune/errors';
import type { FeedbackCounts } from './collect-feedback.js';

/**
 * What became of the events of a log, such as "12 events became 3 interactions. Left out: 2 events without a document."
 *
 * @param interactions  that they came to
 * @param unknown       of those, how many are with a document that the catalogue does not have
 */
export function eventsNote(
  { used, withoutQuery, repeated, withoutDocument, beforeSearch, unknownAction }: FeedbackCounts,
  { interactions, unknown }: { interactions: number; unknown: number },
): string {
  const events = (count: number) => counted(count, 'event');
  const others = Object.values(unknownAction).reduce((sum, count) => sum + count, 0);
  const actions = Object.entries(unknownAction).map(
    ([action, count]) => `${action} ${count.toLocaleString('en')}`,
  );
  const leftOut = [
    [withoutQuery, `${events(withoutQuery)} whose query is not known`],
    [repeated, `${events(repeated)} in which a person did the same to a document once more`],
    [withoutDocument, `${events(withoutDocument)} without a document`],
    [beforeSearch, `${events(beforeSearch)} earlier than the search`],
    [others, `${events(others)} whose action has no weight (${actions.join(', ')})`],
    [unknown, `${counted(unknown, 'interaction')} with a document that is not in the catalogue`],
  ].flatMap(([count, said]) => (count === 0 ? [] : [said]));
  const became = `${events(used)} became ${counted(interactions, 'interaction')}.`;
  return leftOut.length === 0 ? became : `${became} Left out: ${leftOut.join(', ')}.`;
}
