import { JsonFields } from '../../files/json-fields.js';
import { flag, type Json, listOf, unknownType } from './component.js';
import { checkId } from './token-id.js';

const mostPieces = 64;

export interface CheckedPostProcessor {
  processor: Json;
  /** Special tokens that it puts around a text. */
  added: number;
}

/**
 * The post-processor of tokenizer.json with what is known of it and nothing else, each value looked at.
 *
 * @throws {AttuneError} BUNDLE_INVALID naming the key
 */
export function checkPostProcessor(fields: JsonFields, rows: number): CheckedPostProcessor {
  const type = fields.string('type');
  switch (type) {
    case 'Sequence': {
      let added = 0;
      let others = 0;
      const processors = listOf(fields, 'processors', 3, (each) => {
        const inner = checkPostProcessor(each, rows);
        added += inner.added;
        if (inner.processor['type'] !== 'ByteLevel') others++;
        return inner.processor;
      });
      // Each expects the one text that comes, and not what another has made of it.
      if (others > 1) throw fields.invalid('only one of "processors" may put tokens around a text');
      return { processor: { type, processors }, added };
    }
    case 'BertProcessing':
      return { processor: { type, ...pair(fields, 'sep', rows), ...pair(fields, 'cls', rows) }, added: 2 };
    case 'RobertaProcessing': {
      const flags = { ...flag(fields, 'trim_offsets'), ...flag(fields, 'add_prefix_space') };
      return {
        processor: { type, ...pair(fields, 'sep', rows), ...pair(fields, 'cls', rows), ...flags },
        added: 2,
      };
    }
    case 'ByteLevel': {
      const flags = {
        ...flag(fields, 'add_prefix_space'),
        ...flag(fields, 'trim_offsets'),
        ...flag(fields, 'use_regex', true),
      };
      return { processor: { type, ...flags }, added: 0 };
    }
    case 'TemplateProcessing':
      return checkTemplate(fields, rows);
    default:
      throw unknownType(fields, type);
  }
}

/** A token and its id. */
function pair(fields: JsonFields, key: string, rows: number): Json {
  const [token, id, more] = fields.array(key);
  if (typeof token !== 'string' || more !== undefined)
    throw fields.invalid(`"${key}" should be a token and its id`);
  checkId(fields, key, id, rows);
  return { [key]: [token, id] };
}

function checkTemplate(fields: JsonFields, rows: number): CheckedPostProcessor {
  const special = fields.object('special_tokens');
  const tokens = new Map<string, { id: string; ids: unknown[]; tokens: string[] }>();
  for (const key of Object.keys(special.value)) {
    const token = special.object(key);
    if (token.string('id') !== key) throw token.invalid(`"id" should be ${JSON.stringify(key)}`);
    const ids = token.array('ids');
    if (ids.length > mostPieces)
      throw token.invalid(`"ids" has ${ids.length} entries; at most ${mostPieces} are read`);
    for (const id of ids) checkId(token, 'ids', id, rows);
    const words = token.strings('tokens');
    if (words.length !== ids.length) throw token.invalid('"ids" and "tokens" differ in length');
    tokens.set(key, { id: key, ids, tokens: words });
  }
  const single = checkPieces(fields, 'single', ['A'], tokens);
  const both = checkPieces(fields, 'pair', ['A', 'B'], tokens);
  const processor = {
    type: 'TemplateProcessing',
    single: single.pieces,
    pair: both.pieces,
    special_tokens: Object.fromEntries(tokens),
  };
  return { processor, added: single.added };
}

function checkPieces(
  fields: JsonFields,
  key: string,
  sequences: readonly string[],
  tokens: ReadonlyMap<string, { ids: unknown[] }>,
): { pieces: Json[]; added: number } {
  const given = fields.array(key);
  if (given.length > mostPieces)
    throw fields.invalid(`"${key}" has ${given.length} entries; at most ${mostPieces} are read`);
  const found: string[] = [];
  let added = 0;
  const pieces = given.map((piece) => {
    const where = `${fields.where}, "${key}"`;
    const isText = new JsonFields(piece, where).has('Sequence');
    const kind = isText ? 'Sequence' : 'SpecialToken';
    const inner = new JsonFields(piece, where).object(kind);
    const id = inner.string('id');
    const token = tokens.get(id);
    if (isText) found.push(id);
    else if (token) added += token.ids.length;
    else
      throw inner.invalid(
        `the special token ${JSON.stringify(id)} is used, which "special_tokens" does not define`,
      );
    return { [kind]: { id, type_id: inner.integer('type_id', 0) } };
  });
  if (found.sort().join() !== sequences.join())
    throw fields.invalid(`"${key}" should hold the sequences ${sequences}, but holds ${found}`);
  return { pieces, added };
}
