// Writes a bundle as tuning a whole transformer does, for check_bundle.py: the tiny MPNet of test/golden/families, each weight a little moved.
//   node write-tuned-transformer.mjs FOLDER
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readBundle, writeTransformerBundle } from '@attune/encode';

const [, , path] = process.argv;
const base = await readBundle(join(import.meta.dirname, '../golden/families/mpnet'));
const tensors = Object.fromEntries(
  Object.entries(base.model.tensors).map(([name, values]) => [
    name,
    values.map((value, i) => value + 0.05 * Math.sin(i)),
  ]),
);
rmSync(path, { recursive: true, force: true });
await writeTransformerBundle({ path, base, tensors, documentFields: ['title'] });
