/**
 * The one error class of Attune, and the one list of its codes.
 *
 * @example
 * try { await Encoder.load('my-model'); } catch (error) {
 *   if (error instanceof AttuneError && error.code === 'BUNDLE_NOT_FOUND') console.error(error.message);
 * }
 */

export { AttuneError, type ErrorCode } from './attune-error.js';

// Words of messages.
export { counted } from './counted.js';
export { received } from './received.js';

// Arguments of public calls, as programs without types give them.
export {
  checkCount,
  checkFilledText,
  checkList,
  checkOneOf,
  checkOptions,
  checkText,
  wrongArgument,
} from './check-arguments.js';
