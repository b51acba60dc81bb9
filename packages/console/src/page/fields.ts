import type { Document } from '@attune/client';
import { imageSource } from './image.js';

/** What is looked at of a document, whether it is an answer or from a list. */
export type Contents = Pick<Document, 'id' | 'fields' | 'attributes'>;

/** Which fields of a collection's documents a short view shows, by name; what is undefined is not shown. */
export interface ShownFields {
  /** The id stands for it where it is undefined. */
  title: string | undefined;
  text: string | undefined;
  /** A field, or else an attribute. */
  image: string | undefined;
}

const titleName =
  /^(title|name|heading|headline|label|subject|product[_ ]?(title|name)|标题|名称|品名|商品名|タイトル|제목)$/i;
/** Characters of a title, on average; longer ones are texts. */
const longestTitle = 120;

/**
 * Chooses by what the fields hold. An image: a field or attribute that mostly holds one. The title: what is named so, or else the first
 * short text that differs between documents. The text: the longest of the others.
 */
export function chooseFields(documents: readonly Contents[]): ShownFields {
  const columns = columnsOf(documents.map(({ fields }) => fields));
  const attributes = columnsOf(documents.map(({ attributes }) => textsIn(attributes)));
  const image = [...columns, ...attributes].find(isImage)?.name;
  const texts = columns.filter((column) => !isImage(column) && !isAddress(column));
  const title =
    texts.find(({ name }) => titleName.test(name)) ??
    texts.find((column) => column.averageLength <= longestTitle && column.distinctShare > 0.5) ??
    texts.find(({ averageLength }) => averageLength <= longestTitle);
  const [text] = texts.filter((column) => column !== title).sort((a, b) => b.averageLength - a.averageLength);
  return { title: title?.name, text: text?.name, image };
}

/** Title, text and image of one document. */
export function shownOf({ id, fields, attributes }: Contents, { title, text, image }: ShownFields) {
  const value = (name: string | undefined) =>
    name === undefined ? undefined : fields[name]?.trim() || undefined;
  const picture = image === undefined ? undefined : (fields[image] ?? attributes[image]);
  return {
    title: value(title) ?? (text === undefined ? firstText(fields, image) : undefined) ?? id,
    text: value(text),
    image: typeof picture === 'string' ? imageSource(picture, image) : undefined,
  };
}

interface Column {
  name: string;
  values: string[];
  /** Code points. */
  averageLength: number;
  /** Different values among all, 0 to 1. */
  distinctShare: number;
}

/** Values by name, blanks left out, in the order in which the names first come. */
function columnsOf(records: readonly Readonly<Record<string, string>>[]): Column[] {
  const byName = new Map<string, string[]>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      if (value.trim() === '') continue;
      const values = byName.get(name) ?? [];
      byName.set(name, values);
      values.push(value.trim());
    }
  }
  return [...byName].map(([name, values]) => ({
    name,
    values,
    averageLength: values.reduce((sum, value) => sum + [...value].length, 0) / values.length,
    distinctShare: new Set(values).size / values.length,
  }));
}

const textsIn = (record: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

const mostly = (values: readonly string[], is: (value: string) => boolean): boolean =>
  values.filter(is).length * 2 > values.length;
const isImage = ({ name, values }: Column) =>
  mostly(values, (value) => imageSource(value, name) !== undefined);
const isAddress = ({ values }: Column) => mostly(values, (value) => /^https?:\/\/\S+$/i.test(value));

const firstText = (fields: Readonly<Record<string, string>>, image: string | undefined): string | undefined =>
  Object.entries(fields).find(([name, value]) => name !== image && value.trim() !== '')?.[1];
