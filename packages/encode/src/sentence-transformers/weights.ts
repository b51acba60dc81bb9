import { AttuneError } from '@attune/errors';
import type { BundleFiles } from '../files/bundle-files.js';
import { SafetensorsFile } from '../files/safetensors.js';
import { type Module, moduleFile } from './modules.js';

/** The file of a module's weights. */
export const weightsFile = 'model.safetensors';

/**
 * A module's model.safetensors.
 *
 * @param what  the module, in messages
 * @throws {AttuneError} BUNDLE_UNSUPPORTED when the weights are there in another format, with how to convert them
 */
export async function readWeights(
  files: BundleFiles,
  module: Module,
  what: string,
): Promise<SafetensorsFile> {
  const name = moduleFile(module, weightsFile);
  if (!(await files.exists(name))) {
    const pickled = moduleFile(module, 'pytorch_model.bin');
    if (await files.exists(pickled)) {
      throw new AttuneError(
        'BUNDLE_UNSUPPORTED',
        `${files.path(pickled)}: Attune does not read pickled weights, because a pickle can run any code. Convert ` +
          "the model once in Python: SentenceTransformer('MODEL').save('OUT', safe_serialization=True)",
      );
    }
    const index = moduleFile(module, `${weightsFile}.index.json`);
    if (await files.exists(index)) {
      throw new AttuneError(
        'BUNDLE_UNSUPPORTED',
        `${files.path(index)}: weights in several files are not read. Save the model in one: ` +
          "model.save_pretrained('OUT', max_shard_size='100GB')",
      );
    }
  }
  return new SafetensorsFile(await files.bytes(name, `the weights of ${what}`), files.path(name));
}
