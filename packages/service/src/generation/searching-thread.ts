/**
 * The searching thread of one release of one collection, which holds nothing else: its encoder, and the index that its bundle made. It
 * encodes the queries of a batch, has them answered over what searches see at that moment, and writes the hits as JSON.
 */
import { Encoder } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { answerQueries, type FusionWeight, type RankedRows, type View, type ViewQuery } from '@attune/search';
import { plainError, serve, Transfer } from '@attune/worker';
import { embedBatch } from '../encoding/embed-batch.js';
import { wordsOf } from './asked-query.js';
import { queryVectors } from './query-vectors.js';
import { ReleaseIndex } from './release-index.js';
import type { SearchBatch } from './search-batch.js';
import {
  type EncodedTokens,
  type FoundHits,
  longFilter,
  type SearchingProtocol,
  type SearchReply,
} from './searching-protocol.js';

serve<SearchingProtocol>(async ({ bundle, release }, service) => {
  const encoder = await Encoder.load(bundle);
  const index = await ReleaseIndex.open(release, encoder, service);
  const { fusionWeight } = release.lexical;
  return {
    opened: index.state,
    calls: {
      search: (batch) => answered(batch, { encoder, view: index.view, fusionWeight }),
      filter: async (filter, { signal }) => {
        const { view } = index;
        view.checkFields(filter, undefined);
        await view.allowedBy(filter, signal);
      },
      embed: async (batch) => {
        const reply = await embedBatch(encoder, batch);
        return new Transfer(reply, [reply.vectors.buffer as ArrayBuffer]);
      },
      refresh: async () => {
        await index.refresh();
        return index.state;
      },
      save: () => index.save(),
    },
    close: () => index.close(),
  };
});

/** Answers every search of a batch from one view. A wrong search fails alone. */
async function answered(
  batch: SearchBatch,
  { encoder, view, fusionWeight }: { encoder: Encoder; view: View; fusionWeight: FusionWeight },
): Promise<{ replies: SearchReply[]; encoded: EncodedTokens }> {
  const takesLong = batch.specs.map(({ filter }) => filter !== undefined && view.isLongFilter(filter));
  const isAnswered = (search: number) => batch.isFiltered[search]! || !takesLong[batch.specOf[search]!]!;
  const { vectorOf, encoded } = await queryVectors(encoder, batch, isAnswered);
  const replies = new Array<SearchReply>(batch.queries.length);
  const places: number[] = [];
  const queries: ViewQuery[] = [];
  for (const [place, query] of batch.queries.entries()) {
    if (!isAnswered(place)) {
      replies[place] = longFilter;
      continue;
    }
    try {
      queries.push({
        spec: batch.specs[batch.specOf[place]!]!,
        text: wordsOf(query),
        vector: vectorOf(place),
        offset: batch.offsets[place]!,
        limit: batch.limits[place]!,
      });
      places.push(place);
    } catch (error) {
      replies[place] = plainError(error);
    }
  }
  const answers = await answerQueries(view, queries, { fusionWeight });
  let characters = 0;
  for (const [i, answer] of answers.entries()) {
    const place = places[i]!;
    if ('error' in answer) replies[place] = plainError(answer.error);
    else if (characters > mostCharactersTogether) replies[place] = plainError(tooMuchTogether());
    else {
      const written = reply(view, answer, batch.isRecorded[place]!);
      characters += written.hitsJson.length;
      replies[place] = written;
    }
  }
  return { replies, encoded };
}

/** A page of hits ends once it is so long, in UTF-16 units; one hit it has at least. */
const pageCharacters = 4 * 2 ** 20;
/** Of all answers that leave in one message. */
const mostCharactersTogether = 64 * 2 ** 20;

function reply(view: View, { rows, scores }: RankedRows, isRecorded: boolean): FoundHits {
  const hits: string[] = [];
  const ids: string[] | undefined = isRecorded ? [] : undefined;
  let characters = 0;
  for (const [i, row] of rows.entries()) {
    const hit = `{"score":${jsonNumber(scores[i]!)},${view.body(row)}`;
    characters += hit.length;
    if (characters > pageCharacters && i > 0) break;
    hits.push(hit);
    ids?.push(view.id(row));
  }
  return { hitsJson: `[${hits.join(',')}]`, count: hits.length, ids, isCut: hits.length < rows.length };
}

const tooMuchTogether = () =>
  new AttuneError(
    'OVERLOADED',
    'Expected the hits of searches that come together to be 64 MiB at most, but they are more. Ask again in a moment, or for fewer hits.',
  );

const largest = 3.4028234663852886e38;

/** JSON has no infinity, which a modifier can make of a score. */
function jsonNumber(score: number): number {
  return Math.min(Math.max(score, -largest), largest);
}
