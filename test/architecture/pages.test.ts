import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What people read first, and where it leads: every page of the project. */
const pages = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter(
    (file) => file !== '' && !/^(third_party|test\/golden)\//.test(file) && existsSync(join(root, file)),
  );

/** The targets of a page's links and pictures, but for those that lead out of the project. */
function targetsOf(page: string): string[] {
  const prose = read(page).replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchor that a heading gets: lower case, no punctuation, hyphens for spaces. */
const anchorOf = (heading: string) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

function leadsNowhere(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return true;
  if (anchor === undefined) return false;
  return ![...read(file).matchAll(/^#+ (.*)$/gm)].some((match) => anchorOf(match[1]!) === anchor);
}

describe('README.md', () => {
  const page = read('README.md');

  it('is read in a few minutes: at most 700 words, as wc counts them', () => {
    expect(page.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(700);
  });

  it('shows a picture of at most 200 KB, and says in words what is on it', () => {
    const pictures = [...page.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, text, file]) => ({
      text,
      file,
    }));
    expect(pictures.length).toBeGreaterThan(0);
    for (const { text, file } of pictures) {
      expect(text!.split(' ').length, file).toBeGreaterThan(5);
      expect(statSync(join(root, file!)).size, file).toBeLessThanOrEqual(200_000);
    }
  });

  it('leads to every page of docs', () => {
    const docs = pages.filter((file) => file.startsWith('docs/'));
    expect(docs.length).toBeGreaterThan(3);
    expect(targetsOf('README.md')).toEqual(expect.arrayContaining(docs));
  });
});

it('every link of a page leads to a file that is there, and to a heading of it', () => {
  const links = pages.flatMap((page) => targetsOf(page).map((target) => ({ page, target })));
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ page, target }) => leadsNowhere(page, target))).toEqual([]);
});
