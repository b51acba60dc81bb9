/**
 * npm run test:power-cuts -- [--state FILE] [--seed S]: cuts the power after each change of files that a script makes, and has each of
 * them fail. FILE says how far that came, so that it continues there; without it, build/power-cuts.json does.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../end-to-end/harness/repository.js';
import { changesOf, faultAt, TracedScript, wrongAfterCut, wrongAfterFault } from './power-cuts.js';

const { values } = parseArgs({
  options: { state: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
if (!/^\d+$/.test(values.seed)) {
  process.stderr.write(`Expected --seed to be a whole number, but received ${values.seed}\n`);
  process.exit(2);
}
const seed = Number(values.seed);
const stateFile = values.state ?? join(root, 'build/power-cuts.json');

interface State {
  seed: number;
  /** Changes after which all was tried. */
  done: number;
  wrong: string[];
}
const found: State | undefined = existsSync(stateFile)
  ? JSON.parse(readFileSync(stateFile, 'utf8'))
  : undefined;
const state: State = found?.seed === seed ? found : { seed, done: 0, wrong: [] };
if (state.done > 0) process.stderr.write(`continues after change ${state.done}\n`);

const folder = join(root, 'build/power-cuts');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const script = await TracedScript.in(folder);
// Threads make the order of changes another in each run, so that a continued run looks at places of another trace.
const { changes, ending } = await script.run('sound');
if (ending !== undefined) throw new Error(`The script ended with ${ending}`);
const total = changesOf(changes);
let told = 0;
while (state.done < total) {
  const after = state.done + 1;
  for (const loss of ['all', 'some'] as const)
    state.wrong.push(
      ...(await wrongAfterCut(
        changes,
        { after, loss, seed: seed * total + after },
        { folder: join(folder, 'state') },
      )),
    );
  state.wrong.push(...(await wrongAfterFault(script, faultAt(after))));
  state.done = after;
  writeFileSync(stateFile, JSON.stringify(state));
  if (Date.now() - told < 10_000) continue;
  told = Date.now();
  process.stderr.write(`${after} of ${total}: ${state.wrong.length} wrong\n`);
}
rmSync(folder, { recursive: true, force: true });
for (const each of state.wrong) process.stderr.write(`WRONG: ${each}\n`);
process.stdout.write(
  `${state.done} of ${total} changes, each with two cuts and a failure: ${state.wrong.length} wrong\n`,
);
process.exitCode = state.wrong.length > 0 ? 1 : 0;
