import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Encoder, writeStaticBundle } from '@attune/encode';
import { AttuneError, counted } from '@attune/errors';
import { type DistillPhase, distillEncoder } from '@attune/train';
import { type Command, Option } from 'commander';
import { type Context, refuseToOverwrite } from '../context.js';
import { share } from '../progress.js';
import { wholeNumber } from './train.js';

interface DistillOptions {
  model: string;
  out: string;
  texts?: string;
  dim: number;
  dtype: 'f16' | 'f32';
  seed: number;
  force?: boolean;
  json?: boolean;
}

const unitOf: Record<DistillPhase, string> = {
  tokens: 'tokens encoded',
  texts: 'texts encoded',
  targets: 'targets made',
  regression: 'steps',
};

/** Each different line of a file once; blank lines are left out. */
async function distinctLines(path: string): Promise<string[]> {
  const isFile = await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) {
    throw new AttuneError(
      'FILE_NOT_FOUND',
      `Expected --texts to be a file with one text a line, but ${path} is none.`,
    );
  }
  const lines = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() !== '') lines.add(line);
  }
  return [...lines];
}

export function addDistill(program: Command, context: Context): void {
  program
    .command('distill')
    .description('Make a static model of a transformer: a table of token vectors, hundreds of times as fast.')
    .requiredOption('--model <bundle>', 'the transformer that teaches it')
    .requiredOption('--out <bundle>', 'where the static model goes')
    .option('--texts <file>', 'texts to learn from, one a line; without them the model is weaker by far')
    .option('--dim <count>', 'numbers in a vector', wholeNumber, 256)
    .addOption(
      new Option('--dtype <type>', 'how they are stored: f16 halves the file')
        .choices(['f16', 'f32'])
        .default('f16'),
    )
    .option('--seed <number>', 'decides the order of the texts', wholeNumber, 0)
    .option('--force', 'replace an existing model')
    .option('--json', 'print what was made as JSON (schema attune.distill/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  attune distill --model all-MiniLM-L6-v2 --texts titles.txt --out small\n' +
        '  attune distill --model all-MiniLM-L6-v2 --texts titles.txt --dim 128 --dtype f32 --out smaller --json',
    )
    .action(async (options: DistillOptions) => {
      refuseToOverwrite(options.out, options.force);
      const texts = options.texts === undefined ? undefined : await distinctLines(options.texts);
      const teacher = await Encoder.load(options.model);
      if (!texts)
        context.note('No --texts were given: the model will know its tokens only, which is weaker by far.');
      const { table, dim, tokenizerJson, losses, initialLoss, recipe } = await distillEncoder({
        teacher,
        texts,
        dim: options.dim,
        seed: options.seed,
        signal: context.signal,
        onProgress: ({ phase, done, total }) => context.progress.update(share(done, total, unitOf[phase])),
      });
      context.progress.end();
      const { maxTokens, documentFields } = teacher.bundle.preprocessing;
      const bundle = await writeStaticBundle({
        path: options.out,
        table,
        dim,
        tokenizerJson,
        dtype: options.dtype,
        preprocessing: { maxTokens, documentFields },
        lineage: {
          base: teacher.fingerprint,
          baseName: teacher.bundle.name,
          recipe: recipe ?? 'tokens alone',
          seed: options.seed,
        },
        force: options.force,
      });
      const written = {
        schema: 'attune.distill/1',
        out: options.out,
        teacher: { name: teacher.bundle.name, fingerprint: teacher.fingerprint },
        texts: texts?.length ?? 0,
        tokens: table.length / dim,
        dim,
        fingerprint: bundle.fingerprint,
        initialLoss: initialLoss ?? null,
        losses,
      };
      if (options.json) context.printJson(written);
      else {
        const nearness =
          losses.length > 0 ? `, mean cosine to its teacher ${(1 - losses.at(-1)!).toFixed(3)}` : '';
        context.print(`Wrote ${options.out}: ${counted(written.tokens, 'token')}, ${dim} wide${nearness}`);
      }
    });
}
