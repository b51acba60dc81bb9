import { canonicalJson } from '@attune/files';
import type { BundleInfo, Lineage } from '../bundle/types.js';

/** What a person says of a model; the rest of the card is written from the bundle. */
export interface ModelCard {
  /** The heading; the folder's name unless you set it. */
  title?: string | undefined;
  /** What it is for and how it was made, in Markdown. */
  description?: string | undefined;
  /** As Hugging Face names licenses, such as `apache-2.0`. */
  license?: string | undefined;
  /** Languages as ISO 639-1 codes. */
  languages?: readonly string[] | undefined;
  /** The base's name on Hugging Face, such as `sentence-transformers/all-MiniLM-L6-v2`. */
  baseModel?: string | undefined;
}

/** README.md of a bundle: YAML front matter for Hugging Face, then Markdown for people. */
export function modelCard(bundle: BundleInfo, title: string, card: ModelCard, lineage: Lineage): string {
  const front = [
    'library_name: sentence-transformers',
    'pipeline_tag: sentence-similarity',
    yamlList('tags', ['sentence-transformers', 'sentence-similarity', 'feature-extraction', 'attune']),
    ...(card.license ? [`license: ${JSON.stringify(card.license)}`] : []),
    ...(card.languages?.length ? [yamlList('language', card.languages)] : []),
    ...(card.baseModel ? [`base_model: ${JSON.stringify(card.baseModel)}`] : []),
  ];
  const { preprocessing } = bundle;
  const facts: [string, string][] = [
    ['kind', bundle.kind],
    ['numbers in a vector', String(bundle.dim)],
    ['longest text, in tokens', preprocessing.maxTokens === null ? 'any' : String(preprocessing.maxTokens)],
    ['query prompt', code(preprocessing.prompts.query)],
    ['document prompt', code(preprocessing.prompts.document)],
    ['document fields', preprocessing.documentFields.map(code).join(', ') || 'all text fields'],
    ['fingerprint', code(bundle.fingerprint)],
  ];
  return [
    `---\n${front.join('\n')}\n---`,
    `# ${title}`,
    ...(card.description ? [card.description.trim()] : []),
    `## What it is\n\n| | |\n| --- | --- |\n${facts.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`,
    usage(title, bundle),
    origin(lineage),
    'Written by Attune; `attune.json` holds the same facts for programs.',
  ]
    .join('\n\n')
    .concat('\n');
}

function usage(title: string, { preprocessing }: BundleInfo): string {
  const { documentFields } = preprocessing;
  const fields =
    documentFields.length === 0
      ? 'all text fields of a document'
      : `the fields of a document (${documentFields.join(', ')}; all text fields where it has none of these)`;
  return [
    '## How to use it',
    `\`\`\`ts\nimport { Encoder } from '@attune/encode';\nconst encoder = await Encoder.load(${JSON.stringify(title)});\n` +
      "const vectors = await encoder.encodeQueries(['desk lamp']);\n```",
    '```python\nfrom sentence_transformers import SentenceTransformer\n' +
      `model = SentenceTransformer(${JSON.stringify(title)})\nvectors = model.encode_query(["desk lamp"])\n\`\`\``,
    `In Python, join ${fields} with one space yourself, blank ones left out.`,
  ].join('\n\n');
}

function origin(lineage: Lineage): string {
  const rows: [string, string][] = [];
  const add = (name: string, value: unknown) => {
    if (value === undefined) return;
    rows.push([name, code(typeof value === 'string' ? value : canonicalJson(value))]);
  };
  add('base', lineage.baseName);
  add('fingerprint of the base', lineage.base);
  add('SHA-256 of the dataset', lineage.dataset);
  add('recipe', lineage.recipe);
  add('seed', lineage.seed);
  add('code', lineage.code);
  add('evaluation', lineage.evaluation);
  if (rows.length === 0) return '## Where it comes from\n\nNothing was recorded.';
  return `## Where it comes from\n\n| | |\n| --- | --- |\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`;
}

function yamlList(name: string, values: readonly string[]): string {
  return `${name}:\n${values.map((value) => `- ${JSON.stringify(value)}`).join('\n')}`;
}

/** Inline code that stays within its table cell. */
function code(text: string): string {
  if (text === '') return '(none)';
  return `\`${text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('`', "'")
    .replaceAll('|', '\\|')}\``;
}
