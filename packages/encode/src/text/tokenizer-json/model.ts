import { isObject, type JsonFields, type JsonObject } from '../../files/json-fields.js';
import { flag, type Json, shortText } from './component.js';
import { checkId } from './token-id.js';

const mostAffixCharacters = 64;
/** BERT's is 100. The work of a word grows with its square, and more. */
const mostWordCharacters = 1000;
/** The library goes down a tree of the tokens' bytes, one call in another. */
const mostTokenCharacters = 1000;

/**
 * The model of tokenizer.json with what is known of it and nothing else, each value looked at.
 *
 * @param added  the added tokens as they are written
 * @throws {AttuneError} BUNDLE_INVALID naming the key; BUNDLE_UNSUPPORTED where it draws tokens by chance
 */
export function checkModel(model: JsonFields, rows: number, added: readonly unknown[]): Json {
  const type = modelType(model);
  switch (type) {
    case 'Unigram':
      return checkUnigram(model, rows);
    case 'BPE':
      return checkBpe(model, rows);
    case 'WordPiece': {
      const vocab = checkVocabulary(model, rows);
      const most = model.integer('max_input_chars_per_word', 0, 100);
      if (most > mostWordCharacters)
        throw model.invalid(`"max_input_chars_per_word" is ${most}; at most ${mostWordCharacters} are read`);
      const prefix = model.has('continuing_subword_prefix')
        ? shortText(model, 'continuing_subword_prefix', mostAffixCharacters)
        : '##';
      const words = { continuing_subword_prefix: prefix, max_input_chars_per_word: most };
      return { type, unk_token: unknownToken(model, vocab, added), ...words, vocab };
    }
    case 'WordLevel': {
      const vocab = checkVocabulary(model, rows);
      return { type, unk_token: unknownToken(model, vocab, added), vocab };
    }
    default:
      throw model.invalid(
        `"type" should be WordPiece, BPE, WordLevel or Unigram, but is ${JSON.stringify(type)}`,
      );
  }
}

/** Old files leave the type out. */
export function modelType(model: JsonFields): string {
  return model.string('type', guessedType(model));
}

function guessedType(model: JsonFields): string {
  if (model.has('merges')) return 'BPE';
  if (model.has('unk_id')) return 'Unigram';
  return model.has('continuing_subword_prefix') ? 'WordPiece' : 'WordLevel';
}

function checkVocabulary(model: JsonFields, rows: number): JsonObject {
  const { value } = model.object('vocab');
  let isEmpty = true;
  for (const token of Object.keys(value)) {
    checkId(model, `vocab.${token}`, value[token], rows);
    isEmpty = false;
  }
  if (isEmpty) throw model.invalid('"vocab" is empty');
  return value;
}

/** Without it every unknown word would fail while searching. */
function unknownToken(model: JsonFields, vocab: JsonObject, added: readonly unknown[]): string {
  const unknown = model.string('unk_token', '[UNK]');
  const isAdded = added.some((token) => isObject(token) && token['content'] === unknown);
  if (!Object.hasOwn(vocab, unknown) && !isAdded)
    throw model.invalid(`"unk_token" is ${JSON.stringify(unknown)}, which "vocab" does not have`);
  return unknown;
}

function checkBpe(model: JsonFields, rows: number): Json {
  const vocab = checkVocabulary(model, rows);
  if (model.has('dropout') && model.number('dropout') !== 0)
    throw model.unsupported('"dropout" gives a text other tokens each time');
  const affix = (key: string) => (model.has(key) ? shortText(model, key, mostAffixCharacters) : null);
  const prefix = affix('continuing_subword_prefix');
  return {
    type: 'BPE',
    dropout: null,
    unk_token: model.has('unk_token') ? model.string('unk_token') : null,
    continuing_subword_prefix: prefix,
    end_of_word_suffix: affix('end_of_word_suffix'),
    ...flag(model, 'fuse_unk', false),
    ...flag(model, 'byte_fallback', false),
    ...flag(model, 'ignore_merges', false),
    vocab,
    merges: checkMerges(model, vocab, prefix ?? ''),
  };
}

/** Each is two tokens, written as a list or with a space between, and what they become is a token too. */
function checkMerges(model: JsonFields, vocab: JsonObject, prefix: string): [string, string][] {
  const merges: [string, string][] = [];
  for (const [i, merge] of model.array('merges').entries()) {
    if (typeof merge === 'string' && merge.startsWith('#version')) continue;
    const [left, right, more] =
      typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
    if (typeof left !== 'string' || typeof right !== 'string' || more !== undefined)
      throw model.invalid(`"merges"[${i}] should be two tokens`);
    const isKnown = Object.hasOwn(vocab, left) && Object.hasOwn(vocab, right);
    if (!isKnown || !right.startsWith(prefix) || !Object.hasOwn(vocab, left + right.slice(prefix.length)))
      throw model.invalid(
        `"merges"[${i}] joins ${JSON.stringify(left)} and ${JSON.stringify(right)}, but "vocab" has not both and what they become`,
      );
    merges.push([left, right]);
  }
  return merges;
}

function checkUnigram(model: JsonFields, rows: number): Json {
  const vocab = model.array('vocab');
  if (vocab.length === 0 || vocab.length > rows)
    throw model.invalid(`"vocab" has ${vocab.length} entries, but the model's token table has ${rows} rows`);
  const wrong = vocab.findIndex((entry) => !isScoredToken(entry));
  if (wrong >= 0)
    throw model.invalid(
      `"vocab"[${wrong}] should be a token of at most ${mostTokenCharacters} characters and its score`,
    );
  const unknown = model.has('unk_id') ? model.integer('unk_id', 0) : null;
  if (unknown !== null && unknown >= vocab.length) throw model.invalid('"unk_id" is beyond "vocab"');
  return { type: 'Unigram', unk_id: unknown, ...flag(model, 'byte_fallback', false), vocab };
}

function isScoredToken(entry: unknown): boolean {
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  const [token, score] = entry as unknown[];
  return typeof token === 'string' && token.length <= mostTokenCharacters && Number.isFinite(score);
}
