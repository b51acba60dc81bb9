import { escapeHtml } from './escape.js';

/** Inline SVG plots: no script, colours from the page's style, a sentence for who does not see them. */

const width = 720;
const fixed = (value: number) => String(Math.round(value * 100) / 100);

function frame(height: number, label: string, body: string): string {
  return (
    `<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}" ` +
    `xmlns="http://www.w3.org/2000/svg">${body}</svg>`
  );
}

const text = (x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end' = 'start') =>
  `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;

const line = (kind: string, x1: number, y1: number, x2: number, y2: number) =>
  `<line class="${kind}" x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}"/>`;

/** About `wanted` round numbers that span low to high: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  const span = high - low > 0 ? high - low : Math.abs(high) || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: Math.max(2, last - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

export interface Bar {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** Horizontal bars from 0, each with its interval. Values are not negative. */
export function barPlot(bars: readonly Bar[], { label }: { label: string }): string {
  const [left, right, rowHeight] = [120, 70, 34];
  const marks = ticks(0, Math.max(0, ...bars.map(({ high }) => high)));
  const top = marks.at(-1)!;
  const x = (value: number) => left + (value / top) * (width - left - right);
  const height = bars.length * rowHeight + 34;
  const grid = marks.map(
    (mark) =>
      line('grid', x(mark), 6, x(mark), height - 24) + text(x(mark), height - 8, String(mark), 'middle'),
  );
  const rows = bars.map(({ name, value, low, high }, i) => {
    const middle = 8 + rowHeight * (i + 0.5);
    return (
      `<rect class="leg-${i % 6}" x="${left}" y="${fixed(middle - 10)}" width="${fixed(x(value) - left)}" height="20"/>` +
      line('whisker', x(low), middle, x(high), middle) +
      line('whisker', x(low), middle - 5, x(low), middle + 5) +
      line('whisker', x(high), middle - 5, x(high), middle + 5) +
      text(left - 8, middle + 5, name, 'end') +
      text(x(high) + 8, middle + 5, value.toFixed(4))
    );
  });
  return frame(height, label, grid.join('') + rows.join(''));
}

/** How many values fall where: bins of equal width, 0 always an edge, so helped and harmed never share a bin. */
export function histogram(
  values: readonly number[],
  { label, bins = 20 }: { label: string; bins?: number },
): string {
  const reach = Math.max(1e-9, ...values.map(Math.abs));
  const half = Math.ceil(bins / 2);
  const counts = new Array<number>(2 * half).fill(0);
  let unchanged = 0;
  for (const value of values) {
    if (Math.abs(value) < 1e-9) ++unchanged;
    else {
      const bin =
        value > 0 ? half + Math.ceil((value / reach) * half) - 1 : half - Math.ceil((-value / reach) * half);
      ++counts[Math.min(2 * half - 1, Math.max(0, bin))]!;
    }
  }
  const [left, bottom, height] = [50, 34, 220];
  const marks = ticks(0, Math.max(1, ...counts), 4);
  const y = (count: number) => height - bottom - (count / marks.at(-1)!) * (height - bottom - 12);
  const barWidth = (width - left - 10) / (2 * half);
  const grid = marks.map(
    (mark) =>
      line('grid', left, y(mark), width - 10, y(mark)) + text(left - 8, y(mark) + 4, String(mark), 'end'),
  );
  const bars = counts.map((count, i) =>
    count === 0
      ? ''
      : `<rect class="${i < half ? 'harmed' : 'helped'}" x="${fixed(left + i * barWidth + 1)}" y="${fixed(y(count))}" ` +
        `width="${fixed(barWidth - 2)}" height="${fixed(y(0) - y(count))}"/>`,
  );
  const feet = [
    text(left, height - 10, `-${reach.toFixed(2)}`),
    text(left + half * barWidth, height - 10, `0 (${unchanged} unchanged, not drawn)`, 'middle'),
    text(width - 10, height - 10, `+${reach.toFixed(2)}`, 'end'),
  ];
  return frame(
    height,
    label,
    grid.join('') + bars.join('') + line('axis', left, y(0), width - 10, y(0)) + feet.join(''),
  );
}

/** One line over equally meant points; many points are averaged to what the width can show. */
export function linePlot(
  points: readonly { x: number; y: number }[],
  {
    label,
    xTitle,
    markX,
    dots = false,
  }: { label: string; xTitle: string; markX?: number | undefined; dots?: boolean },
): string {
  const shown = thinned(
    points.filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y)),
    300,
  );
  if (shown.length === 0) return '';
  const [left, right, bottom, height] = [64, 16, 40, 240];
  const xs = shown.map((p) => p.x);
  const ys = shown.map((p) => p.y);
  const [xLow, xHigh] = [Math.min(...xs), Math.max(...xs)];
  const marks = ticks(Math.min(...ys), Math.max(...ys));
  const [yLow, yHigh] = [marks[0]!, marks.at(-1)!];
  const x = (value: number) => left + ((value - xLow) / (xHigh - xLow || 1)) * (width - left - right);
  const y = (value: number) => height - bottom - ((value - yLow) / (yHigh - yLow)) * (height - bottom - 12);
  const grid = marks.map(
    (mark) =>
      line('grid', left, y(mark), width - right, y(mark)) + text(left - 8, y(mark) + 4, String(mark), 'end'),
  );
  const path = shown.map((p) => `${fixed(x(p.x))},${fixed(y(p.y))}`).join(' ');
  const circles = dots
    ? shown.map((p) => `<circle class="dot" cx="${fixed(x(p.x))}" cy="${fixed(y(p.y))}" r="4"/>`)
    : [];
  const mark = markX === undefined ? '' : line('mark', x(markX), 12, x(markX), height - bottom);
  const feet = [
    text(left, height - 22, String(xLow)),
    text(width - right, height - 22, String(xHigh), 'end'),
    text((left + width - right) / 2, height - 6, xTitle, 'middle'),
  ];
  return frame(
    height,
    label,
    `${grid.join('')}${mark}<polyline class="curve" points="${path}"/>${circles.join('')}${feet.join('')}`,
  );
}

/** At most `most` points: means of neighbours. */
function thinned(points: readonly { x: number; y: number }[], most: number): { x: number; y: number }[] {
  const per = Math.ceil(points.length / most);
  if (per <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / per) }, (_, i) => {
    const group = points.slice(i * per, (i + 1) * per);
    return { x: group.at(-1)!.x, y: group.reduce((sum, p) => sum + p.y, 0) / group.length };
  });
}
