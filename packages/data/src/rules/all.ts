import { eventRules } from './events.js';
import { identityRules } from './identity.js';
import { leakageRules } from './leakage.js';
import { missingRules } from './missing.js';
import { pairRules } from './pairs.js';
import type { ValidationRule } from './rule.js';
import { structureRules } from './structure.js';
import { textRules } from './text.js';
import { unknownTextRules } from './unknown-texts.js';
import { weightRules } from './weights.js';

/** Every rule, in the order in which a reader asks: can it be read, is it there, is it written well, is it true. */
export const validationRules: readonly ValidationRule[] = [
  ...structureRules,
  ...missingRules,
  ...textRules,
  ...unknownTextRules,
  ...identityRules,
  ...pairRules,
  ...leakageRules,
  ...weightRules,
  ...eventRules,
];
