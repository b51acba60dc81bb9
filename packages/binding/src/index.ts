/**
 * The native addon, loaded once per JavaScript environment (worker threads included), and the types that mirror it.
 *
 * @example
 * import { addon } from '@attune/binding';
 * console.log(addon.runtimeInfo().level);   // 'avx512'
 */
import { loadAddon } from './load.js';

/** Loading fails with AttuneError ADDON_NOT_FOUND, which says how to get the addon for this platform. */
export const addon = loadAddon();

export { addonPath, platformPackage } from './load.js';
export type {
  AdamSettings,
  FlatIndex,
  FlatIndexClass,
  LossBatch,
  LossResult,
  NativeAddon,
  NativeEncoder,
  NativeHead,
  NativeHits,
  PairArrays,
  Pooling,
  Precision,
  RotaryConfig,
  RuntimeInfo,
  Task,
  TokenizedTexts,
  Trainer,
  TrainerParameter,
  TrainerState,
  TransformerTrainingSettings,
  TransformerConfig,
} from './native.js';
export { runWork, type WorkOptions } from './work.js';
