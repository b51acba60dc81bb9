import { text as readAll } from 'node:stream/consumers';
import { Encoder, writeNpy } from '@attune/encode';
import { AttuneError, counted } from '@attune/errors';
import { type Command, Option } from 'commander';
import { type Context, refuseToOverwrite } from '../context.js';
import { share } from '../progress.js';

interface EncodeOptions {
  model: string;
  role: 'query' | 'document';
  out: string;
  force?: boolean;
  json?: boolean;
}

/** Lines as rows: row n is line n, blank lines included; a final line break ends the last line and begins no other. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function addEncode(program: Command, context: Context): void {
  program
    .command('encode')
    .description('Encode lines of text from stdin into a NumPy file: float32, [lines, dim]; row n is line n.')
    .requiredOption('--model <bundle>', 'a model folder, or the name of a known one')
    .addOption(
      new Option('--role <role>', 'what the lines are').choices(['query', 'document']).makeOptionMandatory(),
    )
    .requiredOption('--out <file.npy>', 'where the vectors go')
    .option('--force', 'replace an existing file')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  attune encode --model attune-base-en --role query --out queries.npy < queries.txt',
    )
    .action(async (options: EncodeOptions) => {
      refuseToOverwrite(options.out, options.force);
      const encoder = await Encoder.load(options.model);
      const lines = linesOf(await readAll(process.stdin));
      if (lines.length === 0) {
        throw new AttuneError(
          'DATA_EMPTY',
          'Expected lines of text on stdin, but it was empty. Use: attune encode … < texts.txt',
        );
      }
      const work = {
        signal: context.signal,
        onProgress: ({ done, total }: { done: number; total: number }) =>
          context.progress.update(share(done, total, 'texts')),
      };
      const vectors =
        options.role === 'query'
          ? await encoder.encodeQueries(lines, work)
          : await encoder.encodeDocuments(lines, work);
      context.progress.end();
      await writeNpy(options.out, vectors, [lines.length, encoder.dim]);
      const written = {
        schema: 'attune.encode/1',
        out: options.out,
        rows: lines.length,
        dim: encoder.dim,
        fingerprint: encoder.fingerprint,
      };
      if (options.json) context.printJson(written);
      else
        context.print(`Wrote ${counted(lines.length, 'vector')} of ${encoder.dim} numbers to ${options.out}`);
    });
}
