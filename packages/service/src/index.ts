/**
 * Collections in service: documents are kept, searched, learned from, and their model is replaced in one flip.
 */

export type { CollectionSummary, SearchAnswer, SearchHit, SearchMode, SearchRequest } from './types.js';
