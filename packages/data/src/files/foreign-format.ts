/** The first bytes of files that people take for a table, what they are, and how a table comes out of them. */
const foreign: readonly (readonly [firstBytes: string, whatToDo: string])[] = [
  [
    'PK\u0003\u0004',
    'it is an Excel workbook (.xlsx) or another ZIP archive. Save the sheet as CSV (in Excel: Save As, CSV UTF-8), or unpack the archive',
  ],
  [
    '\u00d0\u00cf\u0011\u00e0',
    'it is an old Excel workbook (.xls) or another Office file. Save the sheet as CSV (in Excel: Save As, CSV UTF-8)',
  ],
  ['%PDF-', 'it is a PDF, which holds pages and no rows. Export the table that it was made from as CSV'],
  ['\u0089PNG', 'it is a picture (PNG). Name the file that holds the rows'],
  ['\u00ff\u00d8\u00ff', 'it is a picture (JPEG). Name the file that holds the rows'],
  ['GIF8', 'it is a picture (GIF). Name the file that holds the rows'],
  [
    'SQLite format 3',
    'it is an SQLite database. Export the table as CSV: sqlite3 -header -csv FILE "select …" > log.csv',
  ],
  ['7z\u00bc\u00af', 'it is a 7z archive. Unpack it'],
  [
    'version https://git-lfs',
    'it is a git-lfs pointer, which stands for the file itself. Fetch the file with: git lfs pull',
  ],
];

/** What a file is that is no table, and what to do, by its first bytes; undefined where it may be one. */
export function foreignFormat(start: Buffer): string | undefined {
  return foreign.find(
    ([firstBytes]) => start.subarray(0, firstBytes.length).toString('latin1') === firstBytes,
  )?.[1];
}
