import { describe, expect, it } from 'vitest';
import { chooseFields, shownOf } from '../../../packages/console/src/page/fields.js';
import { imageSource } from '../../../packages/console/src/page/image.js';

const documentsOf = (...rows: Record<string, string>[]) =>
  rows.map((fields, i) => ({ id: `d${i}`, fields, attributes: {} as Record<string, string | number> }));
const long = 'A lamp of oak with a linen shade, made to stand on a desk and to be read by. '.repeat(3);

describe('the fields that a short view shows', () => {
  it('are chosen by content where no name tells: the short text that differs, the longest text, the picture', () => {
    const documents = documentsOf(
      { kind: 'lamp', a: 'Oak desk lamp', b: long, c: 'https://shop.example/1.jpg' },
      { kind: 'lamp', a: 'Steel floor lamp', b: `${long} Steel.`, c: 'https://shop.example/2.webp?size=2' },
      { kind: 'lamp', a: 'Garden chair', b: `${long} Chair.`, c: '' },
    );
    expect(chooseFields(documents)).toEqual({ title: 'a', text: 'b', image: 'c' });
  });

  it('are a name that says so before a place in the row, in other languages too', () => {
    const documents = documentsOf({ sku: 'A-1', title: 'Oak lamp' }, { sku: 'A-2', title: 'Oak lamp' });
    expect(chooseFields(documents).title).toBe('title');
    const chinese = documentsOf({ 编号: '一', 标题: '橡木台灯' }, { 编号: '二', 标题: '落地灯' });
    expect(chooseFields(chinese)).toEqual({ title: '标题', text: '编号', image: undefined });
  });

  it('are no title where there are long texts alone, and the id stands for it', () => {
    const documents = documentsOf({ abstract: long });
    const fields = chooseFields(documents);
    expect(fields).toEqual({ title: undefined, text: 'abstract', image: undefined });
    expect(shownOf(documents[0]!, fields)).toEqual({ title: 'd0', text: long.trim(), image: undefined });
  });

  it('find a picture in an attribute, and leave an address that is none out of the texts', () => {
    const documents = documentsOf({ name: 'moon', page: 'https://icons.example/moon' });
    documents[0]!.attributes = { size: 3, drawing: '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>' };
    const fields = chooseFields(documents);
    expect(fields).toEqual({ title: 'name', text: undefined, image: 'drawing' });
    expect(shownOf(documents[0]!, fields).image).toMatch(/^data:image\/svg\+xml/);
  });

  it('are nothing of no documents', () => {
    expect(chooseFields([])).toEqual({ title: undefined, text: undefined, image: undefined });
  });
});

describe('the source of an image', () => {
  it.each([
    ['https://shop.example/a.png', ''],
    ['http://shop.example/a.JPEG#x', ''],
    ['data:image/png;base64,AAAA', ''],
    ['https://cdn.example/4711', 'image_url'],
    ['https://cdn.example/4711', 'thumbnail'],
  ])('is %s itself, in a field called %j', (value, name) => {
    expect(imageSource(` ${value} `, name)).toBe(value);
  });

  it.each([
    ['https://shop.example/a.html', 'link'],
    ['https://cdn.example/4711', 'imagery'],
    ['javascript:alert(1)', 'image'],
    ['data:text/html,<b>', 'image'],
    ['a picture.png', 'image'],
    ['<b>svg</b>', 'image'],
    ['', 'image'],
  ])('is not %j, in a field called %j', (value, name) => {
    expect(imageSource(value, name)).toBeUndefined();
  });

  it('is a data URI of SVG, with its namespace, so that it is drawn and nothing of it runs', () => {
    const source = imageSource(
      '<?xml version="1.0"?>\n<!-- moon -->\n<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>',
    )!;
    const svg = decodeURIComponent(source.slice(source.indexOf(',') + 1));
    expect(source).toMatch(/^data:image\/svg\+xml;charset=utf-8,[^<>"'#\s]*$/);
    expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">');
    const own = '<svg xmlns="http://www.w3.org/2000/svg"/>';
    expect(decodeURIComponent(imageSource(own)!)).toBe(`data:image/svg+xml;charset=utf-8,${own}`);
  });
});
