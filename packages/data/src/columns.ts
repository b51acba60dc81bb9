import { AttuneError } from '@attune/errors';

/** What a column can be taken for. */
export type ColumnRole = 'query' | 'queryId' | 'document' | 'title' | 'weight' | 'rank' | 'part';

/** Names that the caller declares; what is not declared is guessed from the usual names. */
export interface ColumnNames {
  /** The text that was searched for. */
  query?: string | undefined;
  queryId?: string | undefined;
  /** The document's id. */
  document?: string | undefined;
  title?: string | undefined;
  weight?: string | undefined;
  rank?: string | undefined;
  part?: string | undefined;
  /** The text fields of a document, in the order in which they make up its text. */
  fields?: readonly string[] | undefined;
}

/** In order of preference, lower-cased, every run of other characters as one underscore. */
// biome-ignore format: names read better in rows
export const usualNames: Readonly<Record<ColumnRole, readonly string[]>> = {
  query: [
    'query', 'search_term', 'search_query', 'user_query', 'query_text', 'search_text', 'searchterm',
    'search', 'q', 'term', 'keyword', 'anchor', 'question',
  ],
  queryId: ['query_id', 'qid', 'queryid', 'search_id'],
  document: [
    'product_id', 'doc_id', 'document_id', 'clicked_doc_id', 'item_id', 'product_uid', 'corpus_id', 'object_id',
    'docid', 'productid', 'itemid', 'asin', 'sku', 'upc', 'ean', 'gtin', 'id', '_id',
  ],
  title: ['title', 'product_title', 'product_name', 'name', 'document_title', 'doc_title', 'headline'],
  weight: [
    'weight', 'score', 'relevance', 'median_relevance', 'relevance_score', 'grade', 'label', 'rating', 'gain',
    'clicked', 'clicks', 'ctr',
  ],
  rank: ['rank', 'position', 'ordinal'],
  part: ['part', 'split'],
};

/** Columns that hold a document's text, in the order in which they make it up. */
// biome-ignore format: names read better in rows
export const usualTextNames: readonly string[] = [
  'title', 'product_title', 'product_name', 'name', 'document_title', 'doc_title', 'headline', 'class',
  'product_class', 'category', 'categories', 'category_hierarchy', 'keywords', 'tags', 'abstract',
  'short_description', 'long_description', 'description', 'product_description', 'features', 'product_features',
  'bullet_points', 'text', 'body', 'content', 'document',
];

/** How an option is called on the command line. */
const flags: Readonly<Record<ColumnRole | 'fields', string>> = {
  query: '--query-column',
  queryId: '--query-id-column',
  document: '--document-column',
  title: '--title-column',
  weight: '--weight-column',
  rank: '--rank-column',
  part: '--part-column',
  fields: '--text-columns',
};

export interface ColumnMapping {
  columns: Partial<Record<ColumnRole, string>>;
  /** Text columns, in the order in which they make up the text. */
  fields: string[];
  guessed: Set<string>;
}

export function plainName(column: string): string {
  return column
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+(?!id$)|_+$/g, '');
}

/**
 * Which column is what. `aliases` puts names before the usual ones, such as `id` of a file of queries.
 * A declared column that is not there is left out: `requireColumn` complains where it is needed.
 */
export function mapColumns(
  present: readonly string[],
  declared: ColumnNames,
  aliases: Partial<Record<ColumnRole, readonly string[]>> = {},
): ColumnMapping {
  const byPlainName = new Map<string, string>();
  for (const column of present) {
    const name = plainName(column);
    if (!byPlainName.has(name)) byPlainName.set(name, column);
  }
  const mapping: ColumnMapping = { columns: {}, fields: [], guessed: new Set() };
  for (const role of Object.keys(usualNames) as ColumnRole[]) {
    const name = declared[role];
    if (name !== undefined) {
      if (present.includes(name)) mapping.columns[role] = name;
      continue;
    }
    const taken = new Set(Object.values(mapping.columns));
    for (const usual of [...(aliases[role] ?? []), ...usualNames[role]]) {
      const column = byPlainName.get(usual);
      if (column === undefined || taken.has(column)) continue;
      mapping.columns[role] = column;
      mapping.guessed.add(role);
      break;
    }
  }
  if (declared.fields !== undefined) {
    mapping.fields = declared.fields.filter((name) => present.includes(name));
  } else {
    const title = mapping.columns.title;
    if (title !== undefined) mapping.fields.push(title);
    for (const usual of usualTextNames) {
      const column = byPlainName.get(usual);
      const other = column === mapping.columns.query || column === mapping.columns.document;
      if (column !== undefined && !other && !mapping.fields.includes(column)) mapping.fields.push(column);
    }
    if (mapping.fields.length > 0) mapping.guessed.add('fields');
  }
  return mapping;
}

/** @throws {AttuneError} DATA_COLUMN_MISSING unless one of the roles has a column */
export function requireColumn(
  file: string,
  present: readonly string[],
  mapping: ColumnMapping,
  roles: readonly (ColumnRole | 'fields')[],
  declared: ColumnNames,
): void {
  if (
    roles.some((role) =>
      role === 'fields' ? mapping.fields.length > 0 : mapping.columns[role] !== undefined,
    )
  ) {
    return;
  }
  const role = roles[0] as ColumnRole | 'fields';
  const named = declared[role];
  const expected =
    named === undefined
      ? `one of ${(role === 'fields' ? usualTextNames : usualNames[role]).slice(0, 8).join(', ')}`
      : `"${String(named)}", as declared`;
  throw new AttuneError(
    'DATA_COLUMN_MISSING',
    `Expected a column for the ${describe(role)} in ${file} (${expected}), but its columns are ` +
      `${present.length === 0 ? 'none' : present.join(', ')}. Name it with ${flags[role]} NAME.`,
  );
}

function describe(role: ColumnRole | 'fields'): string {
  if (role === 'queryId') return "query's id";
  if (role === 'document') return "document's id";
  return role === 'fields' ? "document's text" : role;
}
