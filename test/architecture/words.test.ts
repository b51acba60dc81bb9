/** What messages tell people to do can be done: every option and command that a text of a package names is one of the command line. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
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

const sources = readdirSync(packages, { recursive: true, withFileTypes: true })
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
    expect(named.length).toBeGreaterThan(100);
    const unknown = named.filter(({ option }) => !known.has(option) && !otherOptions.has(option));
    expect(unknown).toEqual([]);
  });

  it('say another way beside an option where a job may have made them, which has no options', () => {
    const ofJobs = /^(data|encode|train|tune|loop|jobs|service|store)\//;
    const otherWay = /\(in a job: |[ ,]or (call|save|write|in one folder|put|give)\b/;
    const named = texts.filter(({ file, text }) => ofJobs.test(file) && / --[a-z]|\(--[a-z]/.test(text));
    expect(named.length).toBeGreaterThan(8);
    // Folders that a job never names: what it writes is in its own.
    const ofCommands = /another --out|Name it with --model|replace it with --force|--local-dir/;
    const alone = named.filter(({ text }) => !otherWay.test(text) && !ofCommands.test(text));
    expect(alone).toEqual([]);
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
