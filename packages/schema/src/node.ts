/** A schema as plain JSON Schema with TypeBox's refinements, as far as this package tells in words what it asks for. */
export interface Node {
  $ref?: string;
  anyOf?: Node[];
  allOf?: Node[];
  type?: string;
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  items?: Node;
  minItems?: number;
  maxItems?: number;
  required?: string[];
  properties?: Record<string, Node>;
  patternProperties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  propertyNames?: Node;
  minProperties?: number;
  maxProperties?: number;
  '~refine'?: { check(value: unknown): boolean; error(value: unknown): string }[];
}

/** An object with members, as JSON knows it. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function isOfType(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case undefined:
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}
