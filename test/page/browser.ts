import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** As root, which only a container's tests are, Chromium has no sandbox. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['ATTUNE_CHROMIUM']!,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });

export interface View {
  width: number;
  scheme: 'light' | 'dark';
}

/** Light and dark, on a telephone and on a desk. */
export const views: View[] = [390, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

export interface OpenedPage {
  page: Page;
  /** What the browser complained of: errors of scripts, and what the policy of the page refused. */
  complaints: string[];
}

/** Opens a page in a browser session of its own. */
export async function openPage(browser: Browser, url: string, { width, scheme }: View): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // That a key is asked for, or that an image is not there, is told of by the browser too.
    if (message.type() === 'error' && !/status of 4\d\d|ERR_/.test(message.text()))
      complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Types a query, and waits until its answers are there. */
export async function searchFor(page: Page, text: string): Promise<void> {
  await page.locator('#query').fill(text);
  await page.keyboard.press('Enter');
  await page.locator('#said', { hasText: `“${text}”` }).waitFor();
}

/** Whether axe finds nothing in the page as it is now. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  });
  expect(found, what).toEqual([]);
}

interface AxeResults {
  violations: { id: string; nodes: { html: string }[] }[];
}
