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

describe('README.zh.md, against README.md', () => {
  const [page, original] = [read('README.zh.md'), read('README.md')];
  /** What the examples search for, since a Chinese reader searches in Chinese. */
  const inChinese: readonly (readonly [RegExp, string])[] = [
    [/Oak desk lamp/g, '橡木台灯'],
    [/light for my desk/g, '书桌上用的灯'],
    [/desk lamp/g, '台灯'],
  ];

  /** Lines of code without their comments, and the rest. */
  const parted = (text: string) => {
    const [code, prose]: [string[], string[]] = [[], []];
    let fenced = false;
    for (const line of text.split('\n')) {
      if (line.startsWith('```')) fenced = !fenced;
      else if (fenced || line.startsWith('    ')) code.push(line.replace(/\s+(#|\/\/) .*$/, ''));
      else prose.push(line);
    }
    return { code, prose: prose.join('\n') };
  };
  const { code, prose } = parted(page);
  const ofOriginal = parted(original);
  const all = (text: string, expression: RegExp) => [...text.matchAll(expression)].map(([found]) => found);

  it('has its commands and its code, in their order', () => {
    const expected = ofOriginal.code.map((line) =>
      inChinese.reduce((text, [from, to]) => text.replace(from, to), line),
    );
    expect(code.length).toBeGreaterThan(10);
    expect(code).toEqual(expected);
    for (const [, to] of inChinese) expect(code.join('\n')).toContain(to);
    const commands = (text: string) => all(text, /`[^`\n]+`/g);
    expect(commands(prose).filter((command) => !command.includes('--language'))).toEqual(
      commands(ofOriginal.prose).filter((command) => !command.includes('--language')),
    );
    expect(prose).toContain('`npm run demo -- --language zh`');
  });

  it('has its figures', () => {
    const figures = (text: string) =>
      all(text.replace(/\]\([^)]*\)/g, ']'), /(?<![\p{L}\d])[+−-]?\d[\d.,]*(?<=\d)/gu);
    expect(figures(prose).length).toBeGreaterThan(20);
    expect(figures(prose).sort()).toEqual(figures(ofOriginal.prose).sort());
    const ofTables = (text: string) => all(text, /^\|.*$/gm).map(figures);
    expect(ofTables(prose)).toEqual(ofTables(ofOriginal.prose));
  });

  it('has its headings, its rows of tables, its links and its pictures', () => {
    for (const line of [/^#+ /gm, /^\|/gm, /^!\[/gm])
      expect(all(prose, line).length, String(line)).toBe(all(ofOriginal.prose, line).length);
    const links = (file: string) => targetsOf(file).filter((target) => !/^README(\.zh)?\.md$/.test(target));
    expect(links('README.zh.md')).toEqual(links('README.md'));
    expect(targetsOf('README.md')[0]).toBe('README.zh.md');
    expect(targetsOf('README.zh.md')[0]).toBe('README.md');
  });

  it('is set as Chinese is: full-width punctuation, and a blank between Han and Latin', () => {
    const text = prose.replace(/\]\([^)]*\)/g, ']');
    expect(all(text, /\p{Script=Han}[A-Za-z0-9`]|[A-Za-z0-9%`]\p{Script=Han}/gu)).toEqual([]);
    expect(all(text, /\p{Script=Han}[,.:;!?()]|[,;!?()]\p{Script=Han}/gu)).toEqual([]);
  });
});

it('every link of a page leads to a file that is there, and to a heading of it', () => {
  const links = pages.flatMap((page) => targetsOf(page).map((target) => ({ page, target })));
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter(({ page, target }) => leadsNowhere(page, target))).toEqual([]);
});
