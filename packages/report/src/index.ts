/**
 * What validation, training and evaluation found, as terminal text and as one self-contained HTML page.
 *
 * @example
 * console.log(evaluationText(evaluation, { paint: process.env['NO_COLOR'] ? plainPaint : ansiPaint }));
 * const sections = [validationSection(validation), evaluationSection(evaluation)];
 * const html = page('Icons', sections, evaluationCard(evaluation, validation));
 */

// What keeps foreign text and pictures harmless.
export { escapeHtml } from './escape.js';
export { evaluationCard, evaluationCardText, validationCardText } from './evaluation-card.js';
export { type EvaluationSectionOptions, evaluationSection } from './evaluation-section.js';
export { gateReportOf } from './gate-report.js';
export { gateSection, gateText } from './gate-section.js';

// The page and its sections.
export { page, type Section } from './html.js';
export { sanitiseSvg } from './picture.js';
export { queryPartsSentences } from './query-parts.js';
export { searchesSection } from './searches-section.js';
// Terminal text.
export {
  ansiPaint,
  evaluationText,
  type Paint,
  plainPaint,
  searchesText,
  type TextOptions,
  validationText,
} from './terminal.js';
export { type Column, displayWidth, printable, textTable } from './text-table.js';
export { trainingSection } from './training-section.js';
// What the reports are made of.
export type {
  Finding,
  FindingExample,
  GateReport,
  Picture,
  SearchResult,
  SideBySideSearch,
  TrainingSummary,
  ValidationReport,
} from './types.js';
export { type ValidationSectionOptions, validationSection } from './validation-section.js';
