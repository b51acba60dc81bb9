/** Which part of a dataset a file is, by its name and by its columns. */
import { type ColumnNames, isUsualName, mapColumns, plainName } from './columns.js';
import { textListsOf } from './text-lists.js';
import { partOfName } from './values.js';

/** What the rows of a file are taken for. */
export type FileRole = 'documents' | 'queries' | 'interactions' | 'events' | 'judgments' | 'ignore';

/** A file within the source: its path there, its name without endings, and its columns. */
export interface NamedColumns {
  /** Relative to the folder that is read. */
  name: string;
  stem: string;
  columns: readonly string[];
}

/** The slice or part that a file of judgments is for: `dev` of qrels.dev.small, of validation and of dev-00000-of-00001. */
export function sliceOf(stem: string): string {
  const slice = stem
    .replace(/^qrels?([._-]|$)/i, '')
    .replace(/[._-](small|\d+-of-\d+)$/i, '')
    .replace(/^$/, 'test');
  return partOfName(slice) ?? slice;
}

export function roleOf(file: NamedColumns, declared: ColumnNames): FileRole | undefined {
  return roleByName(file) ?? roleByColumns(file, declared);
}

function roleByName({ name, stem, columns }: NamedColumns): FileRole | undefined {
  const has = columnTest(columns);
  if (/(^|[\\/])qrels[\\/]/.test(name) && has(['query_id', 'queryid'])) {
    return sliceOf(stem) === 'train' ? 'interactions' : 'judgments';
  }
  const folder = /^(corpus|queries)[\\/]/i.exec(name)?.[1]?.toLowerCase();
  if (folder === 'corpus' || /^(corpus|documents|products|catalogue|catalog)$/i.test(stem))
    return 'documents';
  if ((folder === 'queries' || /^queries([._-].+)?$/i.test(stem)) && has(['query', 'text'])) return 'queries';
  if (/^(train|interactions)$/i.test(stem) && textListsOf(columns) === undefined) return 'interactions';
  return undefined;
}

function roleByColumns({ stem, columns }: NamedColumns, declared: ColumnNames): FileRole | undefined {
  const has = columnTest(columns);
  if (has(['action_name'])) return 'events';
  // Rows of the bulk form begin with a line that says where the next one goes; UBI queries hold user_query.
  if (has(['index', 'create']) || (has(['user_query']) && has(['query_id']))) return 'events';
  if (declared.document === undefined && textListsOf(columns) !== undefined) return 'interactions';
  const { columns: found, fields } = mapColumns(columns, declared);
  const hasQuery = found.query !== undefined || found.queryId !== undefined;
  if (hasQuery && found.document !== undefined) {
    // Pairs of ids in a file that is called as a part of the data are what BEIR has in qrels/.
    const part = found.query === undefined ? partOfName(sliceOf(stem)) : undefined;
    return part === undefined || part === 'train' ? 'interactions' : 'judgments';
  }
  if (found.query !== undefined && found.queryId !== undefined) return 'queries';
  if (!hasQuery && found.document !== undefined && fields.length > 0) return 'documents';
  return undefined;
}

function columnTest(columns: readonly string[]): (names: readonly string[]) => boolean {
  const plain = new Set(columns.map(plainName));
  return (names) => names.some((name) => plain.has(name));
}

/** What MS MARCO's kinds of files hold, which have no header; other numbers of columns are none of theirs. */
// biome-ignore format: a row for each
const headerless: readonly { named: RegExp; role: FileRole; columns: readonly (readonly string[])[] }[] = [
  { named: /^qrels?$/i, role: 'judgments', columns: [['query_id', 'corpus_id', 'score']] },
  { named: /^(quer(y|ies)|topics?|questions?)$/i, role: 'queries', columns: [['query_id', 'query']] },
  { named: /^(collection|corpus|passages?|documents?|docs|products?|catalog(ue)?)$/i, role: 'documents',
    columns: [['id', 'text'], ['id', 'title', 'text'], ['id', 'url', 'title', 'text']] },
];
const needless = /^(qid)?(pid)?triples?$|^top\d+$/i;

/**
 * The role and the columns of a table parted by tabs whose first line is no header, by what its name says: `collection.tsv`,
 * `queries.dev.small.tsv`, `msmarco-docs.tsv`. Undefined where the first line may be a header; else why the file is passed over.
 *
 * @param first  the values of the first line
 */
export function headerlessFile(
  stem: string,
  first: readonly string[],
  declared: ColumnNames,
): { role: FileRole; columns: readonly string[] } | { reason: string } | undefined {
  const names = new Set(Object.values(declared).flat());
  if (first.length < 2 || first.some((value) => isUsualName(value) || names.has(value.trim())))
    return undefined;
  const words = stem.split(/[._-]/);
  if (words.some((word) => needless.test(word)))
    return { reason: 'it holds triples or candidates, which are not needed beside judgments.' };
  for (const { named, role, columns } of headerless) {
    if (!words.some((word) => named.test(word))) continue;
    const found = columns.find(({ length }) => length === first.length);
    if (found === undefined) {
      const expected = columns.map((each) => each.join(', ')).join(' or ');
      return { reason: `it has no header, and not the columns that its name stands for: ${expected}.` };
    }
    return {
      role: role === 'judgments' && sliceOf(stem) === 'train' ? 'interactions' : role,
      columns: found,
    };
  }
  return undefined;
}
