import { escapeHtml } from './escape.js';
import type { Picture } from './types.js';

const shapes = new Set(['svg', 'g', 'path', 'circle', 'rect', 'line', 'polyline', 'polygon', 'ellipse']);
const attributes = new Set([
  ...['viewBox', 'd', 'points', 'transform', 'x', 'y', 'x1', 'y1', 'x2', 'y2', 'cx', 'cy', 'r', 'rx', 'ry'],
  ...[
    'width',
    'height',
    'fill',
    'fill-opacity',
    'fill-rule',
    'clip-rule',
    'opacity',
    'stroke',
    'stroke-opacity',
  ],
  ...['stroke-width', 'stroke-linecap', 'stroke-linejoin', 'stroke-miterlimit', 'stroke-dasharray'],
]);
/** Numbers, names, colours and transforms. No quote, no `<`, no `:`, `/` or `;`, so no address and no second rule. */
const plainValue = /^[\w\s.,#%()+-]*$/;
/** Icons are a few hundred bytes; what is larger is left out rather than parsed. */
const mostCharacters = 100_000;
const mostDepth = 32;

/** One tag at the place where the last one ended: name, attributes, whether it closes or is closed. */
const tag = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'))?)*)\s*(\/?)>/y;
// A name begins where no name is before it: else each letter of a long one would begin another try.
const attribute = /(?<![\w:-])([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const passedOver = /(?:<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[[\s\S]*?\]\]>|<!DOCTYPE[^>[]*>|[^<]+)/iy;

/**
 * An SVG picture rebuilt from what is allowed: basic shapes with plain attributes. Scripts, styles, links, ids, text,
 * event handlers and foreign elements are left out with all that they hold.
 *
 * @returns the picture without a size of its own, hidden from screen readers since the title stands beside it;
 *          an empty string for what is not well-formed, not an SVG, too large or too deep
 */
export function sanitiseSvg(source: string): string {
  if (source.length > mostCharacters) return '';
  const open: { name: string; kept: boolean }[] = [];
  let result = '';
  let seenRoot = false;
  let at = 0;
  while (at < source.length) {
    passedOver.lastIndex = at;
    if (passedOver.test(source)) {
      at = passedOver.lastIndex;
      continue;
    }
    tag.lastIndex = at;
    const found = tag.exec(source);
    if (!found) return '';
    at = tag.lastIndex;

    const [, closing, name, rest, closed] = found as unknown as [string, string, string, string, string];
    if (closing) {
      const last = open.pop();
      if (last?.name !== name) return '';
      if (last.kept) result += `</${name}>`;
      continue;
    }
    if (open.length === 0 && (seenRoot || name !== 'svg')) return '';
    const kept = shapes.has(name) && open.every((parent) => parent.kept);
    if (kept)
      result += `<${name}${seenRoot ? plainAttributes(rest) : rootAttributes(rest)}${closed ? '/>' : '>'}`;
    seenRoot = true;
    if (!closed) open.push({ name, kept });
    if (open.length > mostDepth) return '';
  }
  return seenRoot && open.length === 0 ? result : '';
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(attribute)) {
    const value = double ?? single ?? '';
    if (
      attributes.has(name!) &&
      !found.has(name!) &&
      plainValue.test(value) &&
      !/url|expression/i.test(value)
    ) {
      found.set(name!, value);
    }
  }
  return found;
}

const written = (found: Map<string, string>) =>
  [...found].map(([name, value]) => ` ${name}="${value}"`).join('');
const plainAttributes = (text: string) => written(attributesOf(text));

/** The page decides the size, so the root keeps the shape of its box alone. */
function rootAttributes(text: string): string {
  const found = attributesOf(text);
  const width = Number.parseFloat(found.get('width') ?? '');
  const height = Number.parseFloat(found.get('height') ?? '');
  if (!found.has('viewBox') && width > 0 && height > 0) found.set('viewBox', `0 0 ${width} ${height}`);
  for (const name of ['width', 'height', 'x', 'y', 'transform']) found.delete(name);
  return `${written(found)} class="picture" aria-hidden="true" focusable="false"`;
}

/** A document's picture as HTML; nothing where there is none, or none that is safe. */
export function pictureHtml(picture: Picture | undefined): string {
  if (!picture) return '';
  if ('svg' in picture) return sanitiseSvg(picture.svg);
  return `<span class="picture" aria-hidden="true">${escapeHtml(picture.symbol)}</span>`;
}
