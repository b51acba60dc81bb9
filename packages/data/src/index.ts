export * from './types.js';
export type {
  FieldFill,
  Finding,
  FindingExample,
  MappedColumn,
  Severity,
  ValidatedFile,
  ValidationReport,
  Verdict,
} from './validation-report.js';
