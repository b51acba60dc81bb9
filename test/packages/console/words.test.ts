import { expect, it } from 'vitest';
import { languageOf } from '../../../packages/console/src/page/language.js';
import { decisionOf } from '../../../packages/console/src/page/model-facts.js';
import { readPlace, writePlace } from '../../../packages/console/src/page/place.js';

it('tells by its script what language a text is set in, and says nothing where the script does not tell', () => {
  expect(languageOf('橡木台灯 2.0')).toBe('zh');
  expect(languageOf('木製のランプ')).toBe('ja');
  expect(languageOf('책상 램프')).toBe('ko');
  expect(languageOf('Настольная лампа')).toBe('');
  expect(languageOf('مصباح مكتب')).toBe('');
  expect(languageOf('')).toBe('');
});

it('keeps the collection and the query in the address, and reads them again', () => {
  for (const place of [
    { collection: 'shop', query: 'a & b = 台灯 #1 +2' },
    { collection: undefined, query: '' },
    { collection: 'shop', query: '' },
  ])
    expect(readPlace(writePlace(place))).toEqual(place);
  expect(readPlace('#q=lamp')).toEqual({ collection: undefined, query: 'lamp' });
});

it('reads a decision as far as it understands it', () => {
  const decision = { id: '1', createdAt: 0, job: 'j', candidate: 'c' };
  const checks = [
    { name: 'golden', passed: true, said: 'At least 0: 0.012.', numbers: {} },
    { name: 'latency', passed: false, said: '1.4 times.' },
    { name: 'newest', passed: null, said: 'Too few.' },
    { name: 7 },
    null,
  ];
  const report = { checks, reasons: ['Too slow.', 3, 'Too few queries.'] };
  expect(decisionOf({ ...decision, verdict: 'refuse', report })).toEqual({
    verdict: 'Refused',
    sentence: 'Too slow. Too few queries.',
    checks: [
      { name: 'golden', state: 'passed', said: 'At least 0: 0.012.' },
      { name: 'latency', state: 'failed', said: '1.4 times.' },
      { name: 'newest', state: 'unknown', said: 'Too few.' },
    ],
  });
  for (const unknown of [null, 'no', { checks: 3 }])
    expect(decisionOf({ ...decision, verdict: 'promote', report: unknown }).checks).toEqual([]);
});
