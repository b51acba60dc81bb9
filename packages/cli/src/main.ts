import { Command, CommanderError } from 'commander';
import { addBackup, addRestore, addVerify } from './commands/backup.js';
import { addCollections } from './commands/collections.js';
import { addDemo } from './commands/demo.js';
import { addDistill } from './commands/distill.js';
import { addDoctor } from './commands/doctor.js';
import { addDocuments } from './commands/documents.js';
import { addEncode } from './commands/encode.js';
import { addEval } from './commands/eval.js';
import { addEvents } from './commands/events.js';
import { addIndex } from './commands/index.js';
import { addKeys } from './commands/keys.js';
import { addLoop } from './commands/loop.js';
import { addModels } from './commands/models.js';
import { addSearch } from './commands/search.js';
import { addServe } from './commands/serve.js';
import { addTrain } from './commands/train.js';
import { addUp } from './commands/up.js';
import { addValidate } from './commands/validate.js';
import { createContext } from './context.js';
import { exitCodes } from './exit-codes.js';
import { failureOf } from './failure.js';
import { version } from './version.js';

const program = new Command('attune')
  .description('Turns the log of a search system into a better embedding model, and shows that it is better.')
  .version(version)
  .showHelpAfterError('(attune COMMAND --help shows examples)')
  .exitOverride();

const context = createContext();
for (const add of [
  addUp,
  addValidate,
  addTrain,
  addEval,
  addDistill,
  addIndex,
  addSearch,
  addEncode,
  addServe,
  addKeys,
  addCollections,
  addDocuments,
  addEvents,
  addLoop,
  addModels,
  addBackup,
  addRestore,
  addVerify,
  addDemo,
  addDoctor,
]) {
  add(program, context);
}

program.hook('preAction', (_, command) => {
  context.command = command;
});

try {
  await program.parseAsync();
} catch (error) {
  context.progress.end();
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    const { text, exitCode } = failureOf(error, context.command);
    process.stderr.write(`attune: ${text}\n`);
    process.exitCode = exitCode;
  }
}
