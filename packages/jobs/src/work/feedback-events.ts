import type { FeedbackEvent } from '@attune/data';
import { isLearnedFrom, type StoredEvent, type StoreReader } from '@attune/store';

/**
 * A collection's events as learning takes them, up to the last one that counts: those of recorded searches, and of others where the key might
 * tell of them; none that were taken back.
 */
export function* feedbackEvents(
  reader: StoreReader,
  collection: string,
  throughEvent: number,
): Generator<FeedbackEvent> {
  for (const stored of reader.events({ collection })) {
    if (stored.sequence > throughEvent) return;
    if (isLearnedFrom(stored)) yield feedbackEvent(stored);
  }
}

export function feedbackEvent({ sequence, receivedAt, event, search, source }: StoredEvent): FeedbackEvent {
  const { object, position } = event.event_attributes ?? {};
  const id = object?.object_id;
  const doneAt = source.mayImport ? Date.parse(event.timestamp ?? '') : Number.NaN;
  return {
    action: event.action_name,
    at: receivedAt,
    doneAt: Number.isNaN(doneAt) ? undefined : doneAt,
    key: source.key,
    sequence,
    queryId: event.query_id,
    query: search?.text ?? event.user_query,
    documentId: id === undefined ? undefined : String(id),
    position: position?.ordinal,
    sessionId: event.session_id,
    clientId: event.client_id,
    searchedAt: search?.at,
    shown: search?.hits,
    offset: search?.offset,
    filter: search?.filter,
    release: search?.release,
  };
}
