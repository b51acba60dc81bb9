/**
 * Whether a search's answer is of one release: the fingerprint that it names is its release's, and its scores are the cosines
 * of vectors that this very bundle makes of the query and of the texts in the answer.
 */
import type { HttpClient } from './http.js';

export interface SearchBody {
  query_id: string;
  release: number;
  fingerprint: string;
  hits: { id: string; score: number; fields: Record<string, string> }[];
}

/** Cosines are summed in float32 here and there, in another order. */
const scoreTolerance = 1e-4;

export class SearchCheck {
  readonly #client: HttpClient;
  /** Bundle names by fingerprint. */
  readonly #bundles: ReadonlyMap<string, string>;
  readonly #known = new Map<string, Float32Array>();

  constructor(client: HttpClient, bundles: ReadonlyMap<string, string>) {
    this.#client = client;
    this.#bundles = bundles;
  }

  /** Vectors of texts by the bundle of this fingerprint, in the order of the texts. */
  async vectors(
    fingerprint: string,
    role: 'query' | 'document',
    texts: readonly string[],
  ): Promise<Float32Array[]> {
    const key = (text: string) => `${fingerprint} ${role} ${text}`;
    const missing = [...new Set(texts.filter((text) => !this.#known.has(key(text))))];
    for (let from = 0; from < missing.length; from += 128) {
      const input = missing.slice(from, from + 128);
      const model = this.#bundles.get(fingerprint);
      const body = { model, input, role, encoding_format: 'base64' };
      const answer = await this.#client.json<{ data: { index: number; embedding: string }[] }>(
        '/v1/embeddings',
        { body },
      );
      for (const { index, embedding } of answer.data) {
        const bytes = new Uint8Array(Buffer.from(embedding, 'base64'));
        this.#known.set(key(input[index]!), new Float32Array(bytes.buffer));
      }
    }
    return texts.map((text) => this.#known.get(key(text))!);
  }

  /** @returns what is wrong with an answer to a search by vector alone */
  async wrongWith(
    query: string,
    answer: SearchBody,
    fingerprintOfRelease: string | undefined,
  ): Promise<string[]> {
    const { release, fingerprint, hits } = answer;
    if (!this.#bundles.has(fingerprint))
      return [`A search names fingerprint ${fingerprint}, which no bundle has`];
    if (fingerprintOfRelease !== undefined && fingerprintOfRelease !== fingerprint)
      return [
        `A search names release ${release} and ${fingerprint}, but that release has ${fingerprintOfRelease}`,
      ];
    const top = hits[0];
    if (!top) return [];
    const [queryVector] = await this.vectors(fingerprint, 'query', [query]);
    const [documentVector] = await this.vectors(fingerprint, 'document', [top.fields['title'] ?? '']);
    const expected = dot(queryVector!, documentVector!);
    if (Math.abs(expected - top.score) <= scoreTolerance) return [];
    return [
      `"${query}" found ${top.id} with ${top.score}, but ${this.#bundles.get(fingerprint)} gives it ${expected}`,
    ];
  }

  /** @returns what differs between an answer and an exact search over all documents by brute force */
  async wrongWithAll(
    query: string,
    answer: SearchBody,
    documents: readonly { id: string; text: string }[],
  ): Promise<string[]> {
    const vectors = await this.vectors(
      answer.fingerprint,
      'document',
      documents.map(({ text }) => text),
    );
    const [queryVector] = await this.vectors(answer.fingerprint, 'query', [query]);
    const scores = new Map(documents.map(({ id }, i) => [id, dot(queryVector!, vectors[i]!)]));
    const best = [...scores.values()].sort((a, b) => b - a).slice(0, answer.hits.length);
    const wrong: string[] = [];
    if (answer.hits.length !== Math.min(10, documents.length))
      wrong.push(`"${query}" found ${answer.hits.length} of ${documents.length} documents`);
    for (const [rank, { id, score }] of answer.hits.entries()) {
      const exact = scores.get(id);
      const off =
        exact === undefined ||
        Math.abs(exact - score) > scoreTolerance ||
        Math.abs(best[rank]! - score) > scoreTolerance;
      if (off)
        wrong.push(
          `"${query}": rank ${rank} is ${id} with ${score}; it has ${exact}, and the best there ${best[rank]}`,
        );
    }
    return wrong;
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
