import { documentText, documentTextNotes, documentTexts } from '@attune/encode';
import { describe, expect, it } from 'vitest';

const chosen = ['title', 'description'];

describe('documentText', () => {
  it('joins the chosen fields by one space, in the order chosen, and leaves blank ones out', () => {
    const document = { description: 'of oak', brand: 'Fir', title: 'Desk', note: ' \n' };
    expect(documentText(document, chosen)).toBe('Desk of oak');
    expect(documentText(document, ['note', 'title', 'missing', 'brand'])).toBe('Desk Fir');
  });

  it('takes all fields in their own order where none is chosen, or the document has none of those', () => {
    const document = { pageContent: 'a desk', empty: '', 标题: '橡木桌' };
    expect(documentText(document, [])).toBe('a desk 橡木桌');
    expect(documentText(document, chosen)).toBe('a desk 橡木桌');
  });

  it('takes a chosen field that is blank for one that is not there', () => {
    expect(documentText({ title: '\t', description: '', name: 'Oak' }, chosen)).toBe('Oak');
    expect(documentText({ title: ' ', name: ' ' }, chosen)).toBe('');
    expect(documentText({}, chosen)).toBe('');
  });

  it('leaves each text as it is written, and a document that is a text too', () => {
    expect(documentText({ title: ' Oak ', description: 'desk ' }, chosen)).toBe(' Oak  desk ');
    expect(documentText(' Oak\n', chosen)).toBe(' Oak\n');
  });

  it('takes text fields alone, and none that every object has', () => {
    const document = { title: 3, name: 'Oak', tags: ['a'], price: null } as never;
    expect(documentText(document, ['title', 'constructor', 'price'])).toBe('Oak');
  });
});

describe('documentTexts', () => {
  it('gives the text of each, counts those that took all their fields, and names those without text', () => {
    const documents = [
      { title: 'Desk', name: 'd1' },
      { name: 'Oak' },
      { title: ' ', name: '' },
      ' ',
      { title: '', body: 'Lamp' },
      'Table',
      {},
    ];
    const { texts, blankRows, counts } = documentTexts(documents, chosen);
    expect(texts).toEqual(documents.map((document) => documentText(document, chosen)));
    expect(counts).toEqual({ documents: 7, fallback: 2, blank: 3 });
    expect(blankRows).toEqual([2, 3, 6]);
  });

  it('counts none where no field is chosen: all fields are then what was asked for', () => {
    expect(documentTexts([{ a: 'x', b: 'y' }, { a: '' }], [])).toEqual({
      texts: ['x y', ''],
      blankRows: [1],
      counts: { documents: 2, fallback: 0, blank: 1 },
    });
  });
});

describe('what a report tells of the texts', () => {
  it('is how many documents lack the chosen fields and how many have no text, and nothing where all have them', () => {
    const documents = [{ title: 'oak' }, { name: 'fir' }, { title: ' ', name: 'pine' }, { title: '' }];
    const notes = (count: number, ...fields: string[]) =>
      documentTextNotes(documentTexts(documents.slice(0, count), fields).counts, fields);
    expect(notes(4, 'title', 'brand')).toEqual([
      '2 of 4 documents have none of the fields title, brand; the text of each is all its text fields.',
      '1 of 4 documents have no text, so no search finds them.',
    ]);
    expect(notes(1, 'title')).toEqual([]);
    expect(notes(3)).toEqual([]);
  });
});
