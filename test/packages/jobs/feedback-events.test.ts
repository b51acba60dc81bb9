import type { EventSource, StoredEvent } from '@attune/store';
import { expect, it } from 'vitest';
import { feedbackEvent } from '../../../packages/jobs/src/work/feedback-events.js';

const stored = (source: Partial<EventSource>, timestamp?: string): StoredEvent => ({
  sequence: 1,
  receivedAt: 5000,
  event: { action_name: 'click', query_id: 'q', timestamp },
  search: undefined,
  source: { key: 'front', mayImport: false, isTakenBack: false, ...source },
});

it('an event is of its key, and of the time that its sender names where that one may import', () => {
  const said = '1970-01-02T00:00:00.000Z';
  expect(feedbackEvent(stored({}, said))).toMatchObject({ key: 'front', at: 5000, doneAt: undefined });
  expect(feedbackEvent(stored({ mayImport: true }, said))).toMatchObject({ at: 5000, doneAt: 86_400_000 });
  expect(feedbackEvent(stored({ mayImport: true, key: null }))).toMatchObject({
    key: null,
    doneAt: undefined,
  });
});
