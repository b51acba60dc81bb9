import { AttuneError } from '@attune/errors';
import { didYouMean } from '@attune/schema';

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
    '搜索词', '查询', '查询词', '搜索关键词', '关键词', '关键字', '搜索内容', '搜尋詞', '查詢', '關鍵字',
    '検索語', '検索キーワード', '検索クエリ', 'クエリ', 'キーワード',
    'suchbegriff', 'suchanfrage', 'suchwort', 'requête', 'recherche', 'terme_de_recherche', 'búsqueda', 'consulta',
    'término_de_búsqueda', 'termo_de_busca', 'ricerca', 'termine_di_ricerca', 'запрос', 'поисковый_запрос', '검색어',
  ],
  queryId: ['query_id', 'qid', 'queryid', 'search_id', '查询id', '搜索id', 'クエリid'],
  document: [
    'product_id', 'doc_id', 'document_id', 'clicked_doc_id', 'item_id', 'product_uid', 'corpus_id', 'object_id',
    'docid', 'productid', 'itemid', 'asin', 'sku', 'upc', 'ean', 'gtin',
    '商品编号', '商品id', '商品编码', '产品编号', '产品id', '文档id', '文档编号', '商品編號', '產品編號',
    '商品番号', '商品コード', '品番', '文書id',
    'artikelnummer', 'artikel_nr', 'artikelnr', 'produkt_id', 'produktnummer', 'id_produit', 'référence_produit',
    'code_produit', 'id_producto', 'código_de_producto', 'id_do_produto', 'id_prodotto', 'codice_prodotto', 'id_товара',
    'товар_id', 'артикул', '상품id', '상품번호', '상품코드', 'pid', 'sku_id', 'listing_id', 'article_id',
    'id', '_id',
  ],
  title: [
    'title', 'product_title', 'product_name', 'item_title', 'item_name', 'name', 'document_title', 'doc_title', 'headline',
    '标题', '商品标题', '商品名称', '商品名', '产品名称', '产品标题', '名称', '標題', '商品標題', '商品名稱', '產品名稱',
    'タイトル', '商品タイトル', '製品名', 'titel', 'produktname', 'bezeichnung', 'artikelbezeichnung', 'titre',
    'nom_du_produit', 'nom_produit', 'désignation', 'título', 'nombre_del_producto', 'nome_do_produto', 'titolo',
    'nome_prodotto', 'название', 'название_товара', 'наименование', '상품명',
  ],
  weight: [
    'weight', 'score', 'relevance', 'median_relevance', 'relevance_score', 'grade', 'label', 'rating', 'gain',
    'esci_label', 'clicked', 'clicks', 'ctr',
    '点击量', '点击数', '点击次数', '点击', '点击率', '相关性', '相关度', '评分', '權重', '权重', '點擊數', '點擊量',
    'クリック数', 'クリック率', '関連度', 'klicks', 'klickrate', 'relevanz', 'clics', 'pertinence', 'relevancia',
    'cliques', 'клики', '클릭수',
  ],
  rank: ['rank', 'position', 'ordinal'],
  part: ['part', 'split'],
};

/** Columns that hold a document's text, in the order in which they make it up. */
// biome-ignore format: names read better in rows
export const usualTextNames: readonly string[] = [
  'title', 'product_title', 'product_name', 'item_title', 'item_name', 'name', 'document_title', 'doc_title', 'headline', 'class',
  'product_class', 'category', 'categories', 'category_hierarchy', 'keywords', 'tags', 'abstract',
  'short_description', 'long_description', 'description', 'product_description', 'features', 'product_features',
  'bullet_points', 'product_bullet_point', 'product_brand', 'product_color', 'text', 'body', 'content', 'document',
  '类目', '分类', '商品类目', '商品分类', '品牌', '描述', '商品描述', '产品描述', '内容', '正文', '類目',
  'カテゴリ', 'カテゴリー', '商品説明', '説明', '本文', 'kategorie', 'beschreibung', 'produktbeschreibung', 'catégorie',
  'description_du_produit', 'categoría', 'descripción',
];

const everyUsualName: ReadonlySet<string> = new Set([...Object.values(usualNames).flat(), ...usualTextNames]);

export const columnRoles = Object.keys(usualNames) as readonly ColumnRole[];

export interface ColumnMapping {
  columns: Partial<Record<ColumnRole, string>>;
  /** Text columns, in the order in which they make up the text. */
  fields: string[];
  guessed: Set<string>;
}

/** A column's name as the usual ones are written: lower case, and every run of what is neither letter nor digit as one underscore. */
export function plainName(column: string): string {
  return column
    .normalize('NFKC')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, '_')
    .replace(/^_+(?!id$)|_+$/g, '');
}

/** Whether a column with this name would be taken for something. */
export function isUsualName(column: string): boolean {
  return everyUsualName.has(plainName(column));
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
  for (const role of columnRoles) {
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

/**
 * @param files  those of a source; TREC files have no columns, and are not looked at
 * @throws {AttuneError} DATA_COLUMN_MISSING where a declared column is in none of the files: nothing is guessed in its place
 */
export function checkDeclared(
  files: readonly { path: string; columns: readonly string[] }[],
  declared: ColumnNames,
): void {
  const tables = files.filter(({ columns }) => columns.length > 0);
  if (tables.length === 0) return;
  const present = tables.flatMap(({ columns }) => columns);
  for (const role of [...columnRoles, 'fields'] as const) {
    const missing = [declared[role] ?? []].flat().find((name) => !present.includes(name));
    if (missing === undefined) continue;
    const where = tables.map(({ path, columns }) => `${path}: ${listedColumns(columns)}`).join('; ');
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `Expected a column "${missing}" for the ${describe(role)}, as \`columns.${role}\` says, but there is none` +
        `${didYouMean(missing, present)}. The columns are: ${where}.`,
    );
  }
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
  const [only, ...others] = present;
  if (only !== undefined && others.length === 0) {
    throw new AttuneError(
      'DATA_COLUMN_MISSING',
      `Expected a column for the ${describe(role)} in ${file}, but its first line is one value: ${shortened(only)}. In a table it names the ` +
        'columns, parted by commas, tabs, semicolons or pipes (|): save the table with one of these. A log has columns for the query and ' +
        "the document's id at least.",
    );
  }
  throw new AttuneError(
    'DATA_COLUMN_MISSING',
    `Expected a column for the ${describe(role)} in ${file} (${expected}), but its columns are ` +
      `${listedColumns(present)}. Name it with \`columns.${role}\`, or call it ` +
      `${role === 'fields' ? usualTextNames[0] : usualNames[role][0]} in the file.`,
  );
}

const mostListed = 20;

/** Columns as a message names them: a file may have thousands, or call one by a whole text. */
export function listedColumns(columns: readonly string[]): string {
  if (columns.length === 0) return 'none';
  const names = columns.slice(0, mostListed).map(shortened).join(', ');
  return columns.length <= mostListed ? names : `${names}, … (${columns.length.toLocaleString('en')} in all)`;
}

const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function describe(role: ColumnRole | 'fields'): string {
  if (role === 'queryId') return "query's id";
  if (role === 'document') return "document's id";
  return role === 'fields' ? "document's text" : role;
}
