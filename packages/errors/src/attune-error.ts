/** A code never changes its meaning; the words of a message may. */
export type ErrorCode =
  // Arguments and shapes.
  | 'INVALID_ARGUMENT'
  | 'DIMENSION_MISMATCH'
  | 'SHAPE_MISMATCH'
  | 'NOT_FINITE'
  // The addon and the machine.
  | 'ADDON_NOT_FOUND'
  | 'LEVEL_UNAVAILABLE'
  | 'OUT_OF_MEMORY'
  | 'INTERNAL'
  // Long work.
  | 'CANCELLED'
  // Files.
  | 'FILE_NOT_FOUND'
  | 'FILE_EXISTS'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'FILE_CORRUPT'
  | 'FORMAT_UNSUPPORTED'
  // Datasets.
  | 'DATA_INVALID'
  | 'DATA_COLUMN_MISSING'
  | 'DATA_EMPTY'
  | 'DATA_TOO_FEW'
  // Bundles.
  | 'BUNDLE_NOT_FOUND'
  | 'BUNDLE_INVALID'
  | 'BUNDLE_UNSUPPORTED'
  | 'BUNDLE_MISMATCH'
  | 'TEXTS_UNKNOWN'
  // Training.
  | 'TRAINING_DIVERGED'
  | 'CHECKPOINT_MISMATCH'
  // What is kept and served.
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'OVERLOADED'
  | 'RATE_LIMITED'
  | 'UNAVAILABLE'
  | 'DISK_FULL'
  | 'STORE_LOCKED'
  | 'STORE_FAILED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN';

export class AttuneError extends Error {
  override readonly name = 'AttuneError';
  /** Stable: programs decide by it. */
  readonly code: ErrorCode;

  /**
   * @param message  what was expected, of which argument or file, what came instead, and what to do about it
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
