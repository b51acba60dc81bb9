// npm run test:attacks -- [--seeds 1,2,3]: forged events against cycles over a small shop, with as many seeds as are named.
import { parseArgs } from 'node:util';
import { packageTests } from './test.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1,2,3,4,5' } } });
const { failed, passed } = await packageTests({
  args: ['test/packages/loop/attacks.test.ts'],
  env: { ATTUNE_ATTACK_SEEDS: values.seeds },
});
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
