/**
 * What messages tell people to do can be done: every option and command that a text of a package names is one of the command line, and only
 * what people read there names them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { wordsOfCommands } from '../../packages/cli/src/option-words.js';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const frontDoor = fileURLToPath(new URL('../../npm/attune', import.meta.url));
const commandFiles = join(packages, 'cli', 'src', 'commands');

/** Options of every command, of npm, of Hugging Face's downloader, and of V8. */
// biome-ignore format: a row for each program
const otherOptions = new Set([
  '--help',
  '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefix',
  '--local-dir',
  '--heap-growing-percent',
]);

/** What this test needs of commander's commands. */
interface Command {
  name(): string;
  options: { long?: string }[];
  commands: Command[];
}

/** The command line as `main.ts` makes it. */
async function commandLine(): Promise<Command> {
  const commander = createRequire(join(packages, 'cli', 'package.json'))('commander') as {
    Command: new (name: string) => Command;
  };
  const program = new commander.Command('attune');
  for (const file of readdirSync(commandFiles)) {
    const module = (await import(join(commandFiles, file))) as Record<string, unknown>;
    for (const [name, add] of Object.entries(module)) {
      if (/^add[A-Z]/.test(name) && typeof add === 'function') add(program, {});
    }
  }
  return program;
}

const within = (command: Command): Command[] => [command, ...command.commands.flatMap(within)];

interface Text {
  file: string;
  line: number;
  text: string;
}

/** Texts of a file as they stand, the parts of templates joined by a blank for what is put in. */
function textsOf(path: string): Text[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const texts: Text[] = [];
  const add = (node: ts.Node, text: string) =>
    texts.push({
      file: relative(packages, path),
      line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
      text,
    });
  const walk = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node, node.text);
    if (ts.isTemplateExpression(node))
      add(node, [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' … '));
    ts.forEachChild(node, walk);
  };
  walk(source);
  return texts;
}

const sources = [packages, frontDoor]
  .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => /[\\/]src[\\/]/.test(path) && !path.includes('node_modules'))
  // Generated types, and custom properties of CSS.
  .filter((path) => !['api.ts', 'style.ts'].includes(basename(path)));
const texts = sources.flatMap(textsOf);

describe('texts of packages', () => {
  it('name options that a command has', async () => {
    const known = new Set(
      within(await commandLine()).flatMap(({ options }) => options.map(({ long }) => long)),
    );
    const named = texts.flatMap(({ file, line, text }) =>
      [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g)].map(([option]) => ({ file, line, option })),
    );
    expect(named.length).toBeGreaterThan(60);
    const unknown = named.filter(({ option }) => !known.has(option) && !otherOptions.has(option));
    expect(unknown).toEqual([]);
  });

  it('name no option and no command where they are of the library, which programs, jobs and requests call', () => {
    // What people read who started a server or the demo by hand.
    const ofPeople = /^(cli|demo|console)\//;
    const library = texts.filter(({ file }) => !ofPeople.test(file));
    expect(library.length).toBeGreaterThan(1000);
    const options = library.filter(({ text }) =>
      [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g)].some(([option]) => !otherOptions.has(option)),
    );
    const commands = library.filter(({ text }) => /(?<![\w/@.-])attune [a-z]/.test(text));
    expect([...options, ...commands]).toEqual([]);
  });

  it("of the library name the library's own words, and the command line has its words for each", async () => {
    const program = await commandLine();
    const options = new Set(within(program).flatMap((command) => command.options.map(({ long }) => long)));
    const commands = program.commands.map((command) => `attune ${command.name()}`);
    const words = Object.values(wordsOfCommands).flat();
    expect(words.filter((word) => !options.has(word) && !commands.includes(word))).toEqual([]);

    // What a person decides is an option of these packages; of the others, and of requests, nothing is decided on the command line.
    const said = texts.filter(({ file }) => /^(data|encode|files|train|tune)\//.test(file));
    const named = new Set(
      said.flatMap(({ text }) =>
        [...text.matchAll(/`(columns\.(?:\w+| … )|[A-Za-z]+)`/g)].map(([, name]) => name!),
      ),
    );
    const known = new Set([...Object.keys(wordsOfCommands), 'columns. … ']);
    expect([...named].filter((name) => !known.has(name)).sort()).toEqual([]);
    const everywhere = texts.map(({ text }) => text).join('\n');
    const unused = [...known].filter(
      (name) => !name.startsWith('columns.') && !everywhere.includes(`\`${name}\``),
    );
    expect(unused).toEqual([]);
  });

  it('name commands that there are, and options that these have', async () => {
    const program = await commandLine();
    const named = texts.flatMap(({ file, line, text }) =>
      [
        ...text.matchAll(/(?<![\w/@.-])attune ([a-z]+)(?: ([a-z]+))?([^,;&`\n]*?(?=attune |[.,;&`\n]|$))/g),
      ].map(([all, first, second, rest = '']) => {
        const command = program.commands.find((each) => each.name() === first);
        const inner = command?.commands.find((each) => each.name() === second);
        const isThere =
          command !== undefined &&
          (command.commands.length === 0 || second === undefined || inner !== undefined);
        const options = new Set((inner ?? command)?.options.map(({ long }) => long));
        const unknown = (rest.match(/(?<![\w-])--[a-z-]+/g) ?? []).filter(
          (option) => !options.has(option) && !otherOptions.has(option),
        );
        return { place: `${file}:${line}`, all, isThere, unknown };
      }),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ isThere, unknown }) => !isThere || unknown.length > 0)).toEqual([]);
  });
});
