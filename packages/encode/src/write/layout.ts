/** Files in the layout of sentence-transformers, as each kind of bundle writes them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Module, type ModuleType, modulesFile } from '../sentence-transformers/modules.js';

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export async function writeText(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Type names of before 5.4, which sentence-transformers 6 reads too. */
const typeNames: Record<ModuleType, string> = {
  Transformer: 'sentence_transformers.models.Transformer',
  StaticEmbedding: 'sentence_transformers.models.StaticEmbedding',
  Pooling: 'sentence_transformers.models.Pooling',
  Dense: 'sentence_transformers.models.Dense',
  Normalize: 'sentence_transformers.models.Normalize',
};

export async function writeModules(folder: string, modules: readonly Module[]): Promise<void> {
  const list = modules.map(({ type, path }, idx) => ({
    idx,
    name: String(idx),
    path,
    type: typeNames[type],
  }));
  await writeText(folder, modulesFile, json(list));
  for (const { type, path } of modules) {
    // Not empty, because git and zip drop empty folders.
    if (type === 'Normalize') await writeText(folder, `${path}/config.json`, json(featureNames));
  }
}

const featureNames = { module_input_name: 'sentence_embedding', module_output_name: 'sentence_embedding' };
