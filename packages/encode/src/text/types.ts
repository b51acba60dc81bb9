/** Which side of a search a text is on. Queries and documents may have different prompts. */
export type Role = 'query' | 'document';

/**
 * What happens to a text before the tokeniser sees it, and how many of its tokens are kept. Trainer, indexer and
 * server take it from the bundle, so that they cannot differ.
 */
export interface Preprocessing {
  /** Put before every text of that role, exactly as written: a space that belongs there is part of the prompt. */
  prompts: Record<Role, string>;
  /** Tokens kept of a text, special tokens included; null keeps all. */
  maxTokens: number | null;
  /** The fields that make a document's text, in their order; `documentText` is the rule. None: all its text fields. */
  documentFields: string[];
}

/** What a Tokenizer is made of. */
export interface TokenizerSettings {
  /** Content of tokenizer.json. Its own truncation and padding are not used. */
  json: string;
  /** [CLS] and [SEP] and the like: wanted by transformers, not by static tables. */
  addSpecialTokens: boolean;
  maxTokens: number | null;
  /** The end of a long text that is cut off. */
  truncationSide: 'left' | 'right';
  /** Lower-case every text first, as do_lower_case of sentence-transformers does. */
  lowercase: boolean;
  /** Rows of the model's token table: an id must be below it. */
  rows: number;
}
