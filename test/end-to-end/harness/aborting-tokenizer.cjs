// Loaded before a program (NODE_OPTIONS=--require): the tokenizers library ends the process, as it does where it meets what it did not expect,
// with a bundle whose vocabulary has the word "abortsever", and with one that has "abortsonce" when a text has it too.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const encode = createRequire(join(process.env.ATTUNE_ROOT, 'packages/encode/package.json'));
const tokenizers = encode('tokenizers');
const { Tokenizer } = tokenizers;

tokenizers.Tokenizer = {
  fromString(json) {
    const tokenizer = Tokenizer.fromString(json);
    const mark = json.includes('"abortsever"')
      ? ''
      : json.includes('"abortsonce"')
        ? 'abortsonce'
        : undefined;
    if (mark === undefined) return tokenizer;
    const tokenise =
      (name) =>
      (texts, ...rest) => {
        if ([texts].flat().some((text) => text.includes(mark))) process.kill(process.pid, 'SIGABRT'); // a thread may not call process.abort
        return tokenizer[name](texts, ...rest);
      };
    const get = (_, name) => (name.startsWith('encode') ? tokenise(name) : tokenizer[name].bind(tokenizer));
    return new Proxy({}, { get });
  },
};
