import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../../packages/loop/src/cycle/collect.js';
import { openCycle } from '../../../../packages/loop/src/cycle/cycle.js';
import { gateValidation, validate } from '../../../../packages/loop/src/cycle/validate.js';
import { type CycleLab, openLab, shop } from './cycle-lab.js';

let lab: CycleLab;
beforeAll(async () => {
  lab = await openLab(1500);
});

async function validated(name: string, more: Parameters<CycleLab['optionsOf']>[1] = {}) {
  const cycle = await openCycle(lab.optionsOf(name, more));
  const collected = await collect(cycle);
  return { cycle, collected, dataset: await validate(cycle, collected) };
}

describe('validating', () => {
  it('gives all that was learned where nothing is wrong with it', async () => {
    const { cycle, collected, dataset } = await validated('clean');
    expect(cycle.record.decision).toBeUndefined();
    expect(cycle.record.validation).toMatchObject({ source: 'what feedback came to', rowsRejected: 0 });
    expect(dataset.interactions).toEqual(collected.learning.dataset.interactions);
    expect(dataset.documents.map(({ id }) => id)).toEqual(shop.documents.map(({ id }) => id));
    expect(dataset.queries).toEqual(collected.learning.dataset.queries);
  });

  it('leaves out the pairs of documents without text, tells them, and refuses where they are many', async () => {
    const documents = shop.documents.map((document, i) =>
      i % 2 ? { ...document, fields: { title: ' ', note: '' } } : document,
    );
    const { cycle, collected, dataset } = await validated('dirty', { documents });
    expect(cycle.record.decision!.verdict).toBe('refuse');
    const blank = new Set(documents.filter((_, i) => i % 2).map(({ id }) => id));
    expect(dataset.interactions.length).toBeLessThan(collected.learning.dataset.interactions.length);
    expect(dataset.interactions.some(({ documentId }) => blank.has(documentId))).toBe(false);
    const quarantine = readFileSync(join(cycle.finished.folder, 'quarantine.jsonl'), 'utf8');
    expect(quarantine.trim().split('\n').length).toBe(cycle.record.validation!.quarantine!.rows);
  });

  it('takes ids and names of fields that files could not hold', async () => {
    const renamed = (id: string) => `product ${id}\u00a0`;
    const documents = shop.documents.map((document) => ({
      ...document,
      id: renamed(document.id),
      fields: { ...document.fields, product_id: 'none' },
    }));
    const events = lab.events.map((event) => ({
      ...event,
      ...(event.documentId !== undefined && { documentId: renamed(event.documentId) }),
      ...(event.shown && { shown: event.shown.map(renamed) }),
    }));
    const { collected, dataset } = await validated('strange', { documents, events, golden: undefined });
    expect(dataset.interactions.length).toBeGreaterThan(4);
    expect(dataset.interactions).toEqual(collected.learning.dataset.interactions);
  });

  it('is done once', async () => {
    const { cycle, collected, dataset } = await validated('once');
    collected.learning.dataset.interactions.length = 0;
    expect((await validate(cycle, collected)).interactions).toEqual(dataset.interactions);
  });

  it('tells the gate rows, rejected rows, and the errors alone', async () => {
    const { cycle } = await validated('clean');
    const report = {
      ...cycle.record.validation!,
      rowsRead: 7,
      rowsRejected: 2,
      findings: [
        { severity: 'error', message: 'bad' },
        { severity: 'warning', message: 'odd' },
      ] as never,
    };
    expect(gateValidation(report)).toEqual({ rows: 7, rejected: 2, failed: ['bad'], lacking: [] });
  });
});
