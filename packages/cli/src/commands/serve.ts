import { once } from 'node:events';
import { AttuneError } from '@attune/errors';
import { Argument, type Command } from 'commander';
import type { Context } from '../context.js';
import { startInFolder } from '../data-folder.js';
import { addServeOptions, type ServeOptions } from '../server-options.js';
import { version } from '../version.js';

export function addServe(program: Command, context: Context): void {
  const command = program
    .command('serve')
    .addArgument(new Argument('[data]', 'the data folder; made where there is none (env: ATTUNE_SERVE_DATA)'))
    .description('Serve a data folder over HTTP: write documents, search, send events, learn from them.');
  addServeOptions(command)
    .option('--json', 'print one line of JSON once it listens (schema attune.serve/1)')
    .addHelpText(
      'after',
      '\nCtrl-C or SIGTERM answers what is under way, then ends with 0; a second signal ends at once.\n\nExamples:\n' +
        '  attune serve my-data\n  attune serve my-data --port 0 --json\n' +
        '  attune keys create my-data --label shop --scope search,feedback && attune serve my-data --host 0.0.0.0',
    )
    .action(async (given: string | undefined, options: ServeOptions & { json?: boolean }) => {
      const data = given ?? process.env['ATTUNE_SERVE_DATA'];
      if (!data) throw new AttuneError('INVALID_ARGUMENT', 'Expected a data folder: attune serve DATA.');
      context.stopOnTerminate();
      // Loaded here, because no other command waits for a server's code.
      const { startServer } = await import('../running-server.js');
      const server = await startInFolder(data, () => startServer({ ...options, data, version }));
      try {
        const { waiting } = server.service.ready();
        if (options.json)
          context.printLine({ schema: 'attune.serve/1', url: server.url, pid: process.pid, data, waiting });
        else context.print(`Attune serves ${data} at ${server.url}${loading(waiting)}. Ctrl-C ends it.`);
        if (!context.signal.aborted) await once(context.signal, 'abort');
      } finally {
        await server.close();
      }
    });
}

function loading(waiting: readonly string[]): string {
  if (waiting.length === 0) return '';
  const shown = waiting.slice(0, 5).join(', ');
  return `; opening ${shown}${waiting.length > 5 ? ` and ${waiting.length - 5} more` : ''}`;
}
