/** query id -> document id -> grade, as a TREC qrels file holds them. Unjudged documents count as not relevant. */
export type Judgments = Map<string, Map<string, number>>;

/** One query's answer, best first. Scores never rise; where they are equal, trec_eval's order (document id, descending) counts. */
export interface Ranking {
  queryId: string;
  documentIds: string[];
  scores: ArrayLike<number>;
}
