/** The token table of a StaticEmbedding, as sentence-transformers or as model2vec saves it. */
import { AttuneError } from '@attune/errors';
import type { StaticModel } from '../bundle/types.js';
import type { BundleFiles } from '../files/bundle-files.js';
import { JsonFields } from '../files/json-fields.js';
import type { SafetensorsFile } from '../files/safetensors.js';
import { unknownTokenId } from '../text/tokenizer-json/check-tokenizer.js';
import { type Module, moduleFile } from './modules.js';
import { staticText } from './text-settings.js';
import { readWeights, weightsFile } from './weights.js';

/** How many tokens model2vec keeps of a text where its config.json does not say. */
const model2vecMaxTokens = 512;

export interface StaticTable {
  model: StaticModel;
  text: ReturnType<typeof staticText>;
  /** True when the table asks for unit length although no Normalize follows it. */
  normalize: boolean;
}

/**
 * Reads a static table and how long a text it takes.
 *
 * model2vec's own file differs in three ways, and each is written into the table: tokens may share rows (`mapping`), a token's row
 * may be scaled (`weights`), and the unknown token is passed over. Its row becomes zeros, which gives the same direction; without
 * unit length, the vector of a text with unknown tokens is shorter than model2vec's. A text is cut at as many tokens as there; that the
 * library first cuts it at as many average tokens' characters, to save time, is left out.
 *
 * @param tokenizer  tokenizer.json of the module
 * @throws {AttuneError} BUNDLE_INVALID or BUNDLE_UNSUPPORTED, naming the tensor or the key
 * @see https://github.com/MinishLab/model2vec, `StaticModel.encode` of 0.10.0
 */
export async function readStaticTable(
  files: BundleFiles,
  module: Module,
  tokenizer: JsonFields,
): Promise<StaticTable> {
  const weights = await readWeights(files, module, 'the static table');
  const where = files.path(moduleFile(module, weightsFile));
  if (weights.has('embedding.weight') || !weights.has('embeddings')) {
    const { rows, dim } = matrixShape(weights, 'embedding.weight', where);
    const table = weights.floats('embedding.weight');
    return {
      model: { kind: 'static', table, rows, dim },
      text: staticText(tokenizer),
      normalize: false,
    };
  }
  const table = tableOfTokens(weights, where);
  const unknown = unknownTokenId(tokenizer);
  if (unknown !== undefined) table.table.fill(0, unknown * table.dim, (unknown + 1) * table.dim);
  return { model: { kind: 'static', ...table }, ...(await model2vecSettings(files, module, tokenizer)) };
}

function matrixShape(weights: SafetensorsFile, key: string, where: string): { rows: number; dim: number } {
  const [rows, dim, more] = weights.shape(key);
  if (rows === undefined || dim === undefined || more !== undefined || rows === 0 || dim === 0) {
    throw new AttuneError(
      'BUNDLE_INVALID',
      `${where}: tensor "${key}" should have shape [rows, dim], but has [${weights.shape(key)}].`,
    );
  }
  return { rows, dim };
}

/** Row t becomes `weights[t] * embeddings[mapping[t]]`. */
function tableOfTokens(weights: SafetensorsFile, where: string): Omit<StaticModel, 'kind'> {
  const { rows: stored, dim } = matrixShape(weights, 'embeddings', where);
  const embeddings = weights.floats('embeddings');
  const mapping = weights.has('mapping') ? weights.integers('mapping') : undefined;
  const rows = mapping?.length ?? stored;
  const scales = weights.has('weights') ? weights.floats('weights', [rows]) : undefined;
  if (mapping === undefined && scales === undefined) return { table: embeddings, rows, dim };
  const table = new Float32Array(rows * dim);
  for (let token = 0; token < rows; token++) {
    const row = mapping?.[token] ?? token;
    if (row < 0 || row >= stored) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${where}: "mapping" gives token ${token} the row ${row}, but "embeddings" has ${stored} rows.`,
      );
    }
    const scale = scales?.[token] ?? 1;
    for (let i = 0; i < dim; i++) table[token * dim + i] = scale * embeddings[row * dim + i]!;
  }
  return { table, rows, dim };
}

/** What config.json of model2vec says; its length of texts stands above the truncation in tokenizer.json. */
async function model2vecSettings(
  files: BundleFiles,
  module: Module,
  tokenizer: JsonFields,
): Promise<Pick<StaticTable, 'text' | 'normalize'>> {
  const name = moduleFile(module, 'config.json');
  const text = staticText(tokenizer);
  if (!(await files.exists(name))) return { text, normalize: false };
  const fields = JsonFields.parse(await files.text(name, 'the settings of model2vec'), files.path(name));
  const isUnlimited = fields.value['max_length'] === null;
  const maxTokens = isUnlimited ? null : fields.integer('max_length', 1, model2vecMaxTokens);
  return { text: { ...text, maxTokens }, normalize: fields.boolean('normalize', false) };
}
