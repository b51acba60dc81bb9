import type { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import type { Role } from '../text/types.js';
import { type Module, moduleFile } from './modules.js';

export const sentenceTransformersConfig = 'config_sentence_transformers.json';

/**
 * Prompts by role of config_sentence_transformers.json, as encode_query and encode_document of sentence-transformers
 * choose them: the prompts named "query" and "document"; a default prompt is for neither.
 */
export async function readPrompts(files: BundleFiles): Promise<Record<Role, string>> {
  if (!(await files.exists(sentenceTransformersConfig))) return { query: '', document: '' };
  const text = await files.text(sentenceTransformersConfig, 'the prompts');
  const fields = JsonFields.parse(text, files.path(sentenceTransformersConfig));
  const type = fields.string('model_type', 'SentenceTransformer');
  if (type !== 'SentenceTransformer') {
    throw fields.unsupported(`"model_type" is ${JSON.stringify(type)}; Attune runs SentenceTransformer only`);
  }
  if (!fields.has('prompts')) return { query: '', document: '' };
  const prompts = fields.object('prompts');
  return { query: prompts.string('query', ''), document: prompts.string('document', '') };
}

export interface TransformerText {
  maxTokens: number;
  lowercase: boolean;
  truncationSide: 'left' | 'right';
}

/** The file of a Transformer module's settings, under each name that sentence-transformers has given it. */
const transformerSettings = [
  'bert',
  'roberta',
  'distilbert',
  'camembert',
  'albert',
  'xlm-roberta',
  'xlnet',
].map((name) => `sentence_${name}_config.json`);

/**
 * How long a text a transformer takes: `max_seq_length` of sentence_bert_config.json (or its siblings), else
 * `model_max_length` of tokenizer_config.json, and never more than the positions it has. What tokenizer.json says of
 * truncation is not asked, as in sentence-transformers.
 *
 * @param positions  tokens that have a position of their own
 */
export async function readTransformerText(
  files: BundleFiles,
  module: Module,
  positions: number,
): Promise<TransformerText> {
  const open = async (name: string) => {
    const path = moduleFile(module, name);
    if (!(await files.exists(path))) return undefined;
    return JsonFields.parse(await files.text(path, 'the length of texts'), files.path(path));
  };
  let settings: JsonFields | undefined;
  for (const name of transformerSettings) settings ??= await open(name);
  const tokenizer = await open('tokenizer_config.json');
  checkTask(settings);
  const limits = [positions];
  if (settings?.has('max_seq_length')) limits.push(settings.integer('max_seq_length', 3));
  // Hugging Face writes 1e30 for "no limit".
  else if (tokenizer?.has('model_max_length')) limits.push(Math.max(3, tokenizer.number('model_max_length')));
  const side = tokenizer?.string('truncation_side', 'right') ?? 'right';
  if (side !== 'left' && side !== 'right')
    throw tokenizer!.invalid(`"truncation_side" is ${JSON.stringify(side)}`);
  return {
    maxTokens: Math.min(...limits),
    lowercase: settings?.boolean('do_lower_case', false) ?? false,
    truncationSide: side,
  };
}

/** Since 5.4 a Transformer may do other things than give a vector for each token. */
function checkTask(settings: JsonFields | undefined): void {
  const task = settings?.string('transformer_task', 'feature-extraction') ?? 'feature-extraction';
  if (task !== 'feature-extraction') {
    throw settings!.unsupported(
      `"transformer_task" is ${JSON.stringify(task)}; Attune runs feature-extraction`,
    );
  }
}

/** How long a text a static table takes: what tokenizer.json cuts at, which sentence-transformers follows here. */
export function staticText(tokenizer: JsonFields): {
  maxTokens: number | null;
  truncationSide: 'left' | 'right';
} {
  if (!tokenizer.has('truncation')) return { maxTokens: null, truncationSide: 'right' };
  const truncation = tokenizer.object('truncation');
  const side = truncation.string('direction', 'Right');
  if (side !== 'Left' && side !== 'Right') throw truncation.invalid(`"direction" is ${JSON.stringify(side)}`);
  return {
    maxTokens: truncation.integer('max_length', 1),
    truncationSide: side === 'Left' ? 'left' : 'right',
  };
}
