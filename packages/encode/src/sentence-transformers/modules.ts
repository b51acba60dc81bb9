/**
 * modules.json of sentence-transformers: which modules a text passes through, in order, and where their files are.
 * Old type names (`sentence_transformers.models.Pooling`) and those of 5.4 and 6 are read alike.
 */
import type { Pooling } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import type { BundleFiles } from '../files/bundle-files.js';
import { JsonFields, parseJson } from '../files/json-fields.js';

export type ModuleType = 'Transformer' | 'StaticEmbedding' | 'Pooling' | 'Dense' | 'Normalize';

export interface Module {
  type: ModuleType;
  /** Its folder within the bundle: '' or such as `1_Pooling`. */
  path: string;
}

export const modulesFile = 'modules.json';

const supported = new Set<string>(['Transformer', 'StaticEmbedding', 'Pooling', 'Dense', 'Normalize']);

/** Packages of sentence-transformers whose modules make one vector of a text. */
const packages =
  /^sentence_transformers\.(models|base\.modules|sentence_transformer\.modules|sentence_transformer\.models)\.(?:\w+\.)*(\w+)$/;

/** The file of a module, relative to the bundle. */
export function moduleFile(module: Module, name: string): string {
  return module.path === '' ? name : `${module.path}/${name}`;
}

/** Whether a folder holds a model: modules.json, or the settings of model2vec, which needs none. */
export async function holdsModel(files: BundleFiles): Promise<boolean> {
  return (await files.exists(modulesFile)) || isModel2vec(files).catch(() => false);
}

/** model2vec's own table: config.json, tokenizer.json and model.safetensors, at times without modules.json. */
async function isModel2vec(files: BundleFiles): Promise<boolean> {
  const name = 'config.json';
  if (!(await files.exists(name))) return false;
  const fields = JsonFields.parse(await files.text(name, 'the kind of the model'), files.path(name));
  return fields.get('model_type') === 'model2vec';
}

/**
 * Reads modules.json and checks that the order is one that Attune can run:
 * (Transformer, Pooling | StaticEmbedding), Dense …, Normalize. A folder of model2vec may do without it.
 *
 * @throws {AttuneError} BUNDLE_INVALID or BUNDLE_UNSUPPORTED, naming the module
 */
export async function readModules(files: BundleFiles): Promise<Module[]> {
  const where = files.path(modulesFile);
  if (!(await files.exists(modulesFile)) && (await isModel2vec(files))) {
    return [{ type: 'StaticEmbedding', path: '' }];
  }
  const text = await files.text(
    modulesFile,
    'the order of the modules, unless config.json says "model_type": "model2vec"',
  );
  const list = parseJson(text, where);
  if (!Array.isArray(list) || list.length === 0) {
    throw new AttuneError('BUNDLE_INVALID', `${where}: expected a list of modules.`);
  }
  const modules = list.map((entry, i) => readModule(new JsonFields(entry, `${where}, module ${i}`)));
  checkOrder(modules, where);
  return modules;
}

function readModule(fields: JsonFields): Module {
  const name = fields.string('type');
  const type = packages.exec(name)?.[2];
  if (type === undefined || !supported.has(type)) {
    throw fields.unsupported(
      `"type" is ${JSON.stringify(name)}, which Attune cannot run; it knows ${[...supported].join(', ')} of ` +
        'sentence_transformers, and never runs code that comes with a model',
    );
  }
  // model2vec writes "." for the bundle's own folder.
  const written = fields.string('path', '');
  const path = written === '.' ? '' : written.replace(/^\.\/|\/$/g, '');
  const parts = path.split('/');
  const isInside = path === '' || parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isInside || /[\\:\0]/.test(path)) {
    throw fields.invalid(`"path" should be a folder within the bundle, but is ${JSON.stringify(written)}`);
  }
  return { type: type as ModuleType, path };
}

function checkOrder(modules: Module[], where: string): void {
  const order = modules.map(({ type }) => type).join(', ');
  const wrong = (problem: string) =>
    new AttuneError('BUNDLE_INVALID', `${where}: ${problem}. The modules are: ${order}.`);
  const first = modules[0]!.type;
  if (first !== 'Transformer' && first !== 'StaticEmbedding') {
    throw wrong('the first module should be a Transformer or a StaticEmbedding');
  }
  if (first === 'Transformer' && modules[1]?.type !== 'Pooling') {
    throw wrong('a Transformer should be followed by a Pooling, without which the vectors would be others');
  }
  const tail = modules.slice(first === 'Transformer' ? 2 : 1);
  const misplaced = tail.find(({ type }) => type !== 'Dense' && type !== 'Normalize');
  if (misplaced) throw wrong(`${misplaced.type} is not expected there`);
}

const legacyPooling: Record<string, string> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

const poolings: Record<string, Pooling> = {
  mean: 'mean',
  cls: 'cls',
  max: 'max',
  lasttoken: 'lasttoken',
  mean_sqrt_len_tokens: 'mean_sqrt_len',
};

export interface PoolingSettings {
  pooling: Pooling;
  /** False: the prompt's tokens are left out of the mean. */
  includePrompt: boolean;
}

/**
 * Reads `1_Pooling/config.json`, old booleans or new `pooling_mode`.
 *
 * @param dim  numbers in a token's vector, which the file must agree with
 */
export async function readPooling(files: BundleFiles, module: Module, dim: number): Promise<PoolingSettings> {
  const name = moduleFile(module, 'config.json');
  const text = await files.text(name, 'the pooling, which cannot be guessed');
  const fields = JsonFields.parse(text, files.path(name));
  const dimKey = fields.has('embedding_dimension') ? 'embedding_dimension' : 'word_embedding_dimension';
  if (fields.integer(dimKey, 1) !== dim) {
    throw fields.invalid(`"${dimKey}" is ${fields.get(dimKey)}, but the transformer gives vectors of ${dim}`);
  }
  const modes = poolingModes(fields);
  const pooling = modes.length === 1 && Object.hasOwn(poolings, modes[0]!) ? poolings[modes[0]!] : undefined;
  if (!pooling) {
    const known = modes.every((mode) => Object.values(legacyPooling).includes(mode));
    const problem = `"pooling_mode" is ${modes.join(' + ')}; Attune runs one of ${Object.keys(poolings).join(', ')}`;
    throw known ? fields.unsupported(problem) : fields.invalid(problem);
  }
  return { pooling, includePrompt: fields.boolean('include_prompt', true) };
}

function poolingModes(fields: JsonFields): string[] {
  if (fields.has('pooling_mode')) {
    const isList = Array.isArray(fields.get('pooling_mode'));
    const modes = isList ? fields.strings('pooling_mode') : [fields.string('pooling_mode')];
    if (modes.length === 0) throw fields.invalid('"pooling_mode" is empty');
    return modes;
  }
  const modes = Object.entries(legacyPooling)
    .filter(([key]) => fields.boolean(key, false))
    .map(([, mode]) => mode);
  return modes.length === 0 ? ['mean'] : modes; // as sentence-transformers
}
