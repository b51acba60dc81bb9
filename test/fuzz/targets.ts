/** All that is fuzzed. tokenizer.json has a harness of its own, because a library reads it: `npm run test:tokenizers`. */
import type { Target } from './fuzz.js';
import { indexes } from './targets/indexes.js';
import { models } from './targets/models.js';
import { requests } from './targets/requests.js';
import { tables } from './targets/tables.js';

export const targets: readonly Target[] = [...tables, ...requests, ...models, ...indexes];
