import { isObject, JsonFields } from '../files/json-fields.js';

/**
 * Checks a tokenizer.json before the tokenizers library sees it. The library stops the whole process on some of what a
 * damaged file can say (a template that names a token it does not define), so that is looked for here.
 *
 * @param rows   rows of the token table: every id must be below it
 * @param where  the file, in messages
 * @throws {AttuneError} BUNDLE_INVALID, naming file and key
 */
export function checkTokenizerJson(json: string, rows: number, where: string): JsonFields {
  const root = JsonFields.parse(json, where);
  const model = root.object('model');
  const type = model.string('type', guessModelType(model));
  if (!['WordPiece', 'BPE', 'WordLevel', 'Unigram'].includes(type)) {
    throw model.invalid(
      `"type" should be WordPiece, BPE, WordLevel or Unigram, but is ${JSON.stringify(type)}`,
    );
  }
  if (type === 'Unigram') checkUnigram(model, rows);
  else checkVocabulary(model, rows);
  if (type === 'WordPiece' || type === 'WordLevel') checkUnknownToken(model, root);
  if (root.has('added_tokens')) {
    for (const [i, token] of root.array('added_tokens').entries()) {
      const fields = new JsonFields(token, `${where}, "added_tokens"[${i}]`);
      if (fields.string('content') === '') throw fields.invalid('"content" is empty');
      checkId(fields, 'id', fields.integer('id', 0), rows);
    }
  }
  if (root.has('post_processor')) checkPostProcessor(root.object('post_processor'), rows);
  return root;
}

/** The id that stands for what the vocabulary does not have, or undefined where there is none. */
export function unknownTokenId(root: JsonFields): number | undefined {
  const model = root.object('model');
  if (model.string('type', guessModelType(model)) === 'Unigram') {
    return model.has('unk_id') ? model.integer('unk_id', 0) : undefined;
  }
  const token = model.get('unk_token');
  if (typeof token !== 'string') return undefined;
  const added = root.has('added_tokens') ? root.array('added_tokens') : [];
  const found = added.find((entry) => isObject(entry) && entry['content'] === token);
  const id = isObject(found) ? found['id'] : model.object('vocab').get(token);
  return typeof id === 'number' ? id : undefined;
}

/** Old files leave the type out. */
function guessModelType(model: JsonFields): string {
  if (model.has('merges')) return 'BPE';
  if (model.has('unk_id')) return 'Unigram';
  return model.has('continuing_subword_prefix') ? 'WordPiece' : 'WordLevel';
}

function checkId(fields: JsonFields, key: string, id: unknown, rows: number): void {
  if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) >= rows) {
    throw fields.invalid(
      `"${key}" gives the id ${JSON.stringify(id)}, but the model's token table has ${rows} rows. ` +
        'Do tokenizer and weights belong together?',
    );
  }
}

function checkVocabulary(model: JsonFields, rows: number): void {
  const vocab = Object.entries(model.object('vocab').value);
  for (const [token, id] of vocab) checkId(model, `vocab.${token}`, id, rows);
  if (vocab.length === 0) throw model.invalid('"vocab" is empty');
}

function checkUnigram(model: JsonFields, rows: number): void {
  const vocab = model.array('vocab');
  if (vocab.length === 0 || vocab.length > rows) {
    throw model.invalid(`"vocab" has ${vocab.length} entries, but the model's token table has ${rows} rows`);
  }
  const wrong = vocab.findIndex(
    (entry) =>
      !Array.isArray(entry) ||
      typeof entry[0] !== 'string' ||
      typeof entry[1] !== 'number' ||
      entry.length !== 2,
  );
  if (wrong >= 0) throw model.invalid(`"vocab"[${wrong}] should be a token and its score`);
  if (model.has('unk_id') && model.integer('unk_id', 0) >= vocab.length) {
    throw model.invalid('"unk_id" is beyond "vocab"');
  }
}

/** Without it every unknown word would fail while searching. */
function checkUnknownToken(model: JsonFields, root: JsonFields): void {
  const unknown = model.string('unk_token', '[UNK]');
  const added = root.get('added_tokens');
  const isAdded =
    Array.isArray(added) && added.some((token) => isObject(token) && token['content'] === unknown);
  if (!model.object('vocab').has(unknown) && !isAdded) {
    throw model.invalid(`"unk_token" is ${JSON.stringify(unknown)}, which "vocab" does not have`);
  }
}

function checkPostProcessor(processor: JsonFields, rows: number): void {
  const type = processor.string('type');
  if (type === 'Sequence') {
    for (const [i, inner] of processor.array('processors').entries()) {
      checkPostProcessor(new JsonFields(inner, `${processor.where}, "processors"[${i}]`), rows);
    }
  } else if (type === 'BertProcessing' || type === 'RobertaProcessing') {
    for (const key of ['sep', 'cls']) {
      const pair = processor.array(key);
      if (pair.length !== 2 || typeof pair[0] !== 'string') {
        throw processor.invalid(`"${key}" should be a token and its id`);
      }
      checkId(processor, key, pair[1], rows);
    }
  } else if (type === 'TemplateProcessing') {
    checkTemplate(processor, rows);
  } else if (type !== 'ByteLevel') {
    throw processor.invalid(`"type" is ${JSON.stringify(type)}, which is not known`);
  }
}

function checkTemplate(processor: JsonFields, rows: number): void {
  const special = processor.object('special_tokens');
  for (const key of Object.keys(special.value)) {
    const token = special.object(key);
    if (token.string('id') !== key) throw token.invalid(`"id" should be ${JSON.stringify(key)}`);
    const ids = token.array('ids');
    for (const id of ids) checkId(token, 'ids', id, rows);
    if (token.strings('tokens').length !== ids.length)
      throw token.invalid('"ids" and "tokens" differ in length');
  }
  for (const [template, sequences] of Object.entries({ single: ['A'], pair: ['A', 'B'] })) {
    const used = processor.array(template).map((piece) => checkPiece(processor, template, piece, special));
    const found = used.filter((id) => id !== undefined).sort();
    if (found.join() !== sequences.join()) {
      throw processor.invalid(`"${template}" should hold the sequences ${sequences}, but holds ${found}`);
    }
  }
}

/** @returns the id of the sequence that the piece stands for; undefined for a special token */
function checkPiece(
  processor: JsonFields,
  template: string,
  piece: unknown,
  special: JsonFields,
): string | undefined {
  const fields = new JsonFields(piece, `${processor.where}, "${template}"`);
  if (fields.has('Sequence')) return fields.object('Sequence').string('id');
  const id = fields.object('SpecialToken').string('id');
  if (special.has(id)) return undefined;
  throw fields.invalid(
    `the special token ${JSON.stringify(id)} is used, which "special_tokens" does not define`,
  );
}
