import { AttuneError } from '@attune/errors';
import { Command, CommanderError } from 'commander';
import { addDemo } from './commands/demo.js';
import { addDistill } from './commands/distill.js';
import { addDoctor } from './commands/doctor.js';
import { addEncode } from './commands/encode.js';
import { addEval } from './commands/eval.js';
import { addIndex } from './commands/index.js';
import { addSearch } from './commands/search.js';
import { addTrain } from './commands/train.js';
import { addValidate } from './commands/validate.js';
import { createContext } from './context.js';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { version } from './version.js';

const program = new Command('attune')
  .description('Turns the log of a search system into a better embedding model, and shows that it is better.')
  .version(version)
  .showHelpAfterError('(attune COMMAND --help shows examples)')
  .exitOverride();

const context = createContext();
for (const add of [
  addValidate,
  addTrain,
  addEval,
  addDistill,
  addIndex,
  addSearch,
  addEncode,
  addDemo,
  addDoctor,
]) {
  add(program, context);
}

try {
  await program.parseAsync();
} catch (error) {
  context.progress.end();
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    const known = error instanceof AttuneError;
    process.stderr.write(
      known ? `attune: ${error.code}: ${error.message}\n` : `attune: ${(error as Error).stack}\n`,
    );
    process.exitCode = exitCodeOf(error);
  }
}
