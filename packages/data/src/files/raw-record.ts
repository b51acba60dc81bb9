/** What the reader itself found wrong with a row. */
export interface RecordProblem {
  code: 'UNREADABLE_ROW' | 'RAGGED_ROW' | 'INVALID_UTF8';
  message: string;
}

/** One row of a file as it stands there, values by column name. */
export interface RawRecord {
  /** The first line of a file is 1; of a row over several lines, the first of them. Of Parquet, the row, from 1. */
  line: number;
  /** In the unpacked file; of a file in another encoding, in what it is as UTF-8; of Parquet, 0. */
  byteOffset: number;
  /** As it stands in the file; of Parquet, its values as JSON. */
  raw: string;
  /**
   * Values by column; of `words`, by "0", "1" and so on. Empty when the row is unreadable. An integer beyond 2^53 is a
   * bigint in JSON and Parquet.
   */
  values: Record<string, unknown>;
  problems: readonly RecordProblem[];
  /** Of CSV: how many values more than the header has columns. */
  surplus: number;
}
