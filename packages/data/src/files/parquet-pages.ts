import type { AsyncBuffer, FileMetaData } from 'hyparquet';

/**
 * A Parquet file of which every page that is read ends behind where it begins, and within what is read. The library believes sizes as they
 * stand: at one below 0 it reads the same page for ever.
 *
 * @returns a file whose `slice` rejects with the reason
 */
export function withCheckedPages(file: AsyncBuffer, { row_groups }: FileMetaData): AsyncBuffer {
  const chunks = row_groups.flatMap(({ columns }) =>
    columns.flatMap(({ meta_data }) => {
      if (meta_data === undefined) return [];
      const { data_page_offset, dictionary_page_offset, total_compressed_size } = meta_data;
      const begin = Number(dictionary_page_offset || data_page_offset);
      return [{ begin, end: begin + Number(total_compressed_size) }];
    }),
  );
  const isOfPages = (at: number) => chunks.some(({ begin, end }) => at >= begin && at < end);
  return {
    byteLength: file.byteLength,
    async slice(start, end) {
      const bytes = await file.slice(start, end);
      if (isOfPages(start)) checkPages(new PageHeaders(bytes));
      return bytes;
    },
  };
}

function checkPages(headers: PageHeaders): void {
  while (!headers.isAtEnd) {
    const size = headers.next();
    if (size === undefined || size < 0 || size > headers.bytesLeft)
      throw new Error(`a page says that it has ${size ?? 'no'} bytes, where ${headers.bytesLeft} are left`);
    headers.pass(size);
  }
}

const [trueType, falseType, byteType, doubleType, binaryType, listType, setType, mapType, structType] = [
  1, 2, 3, 7, 8, 9, 10, 11, 12,
];
/** Of a page's header: its compressed size. */
const compressedSizeField = 3;
const deepestStruct = 16;

/** Headers of pages in Thrift's compact protocol, of which the size alone is looked at. */
class PageHeaders {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(buffer: ArrayBuffer) {
    this.#bytes = new Uint8Array(buffer);
  }

  /** One byte more than pages may be there, as the library has it. */
  get isAtEnd(): boolean {
    return this.bytesLeft <= 1;
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#at;
  }

  pass(bytes: number): void {
    if (bytes < 0 || bytes > this.bytesLeft) throw new Error('a page ends within its header');
    this.#at += bytes;
  }

  /** The compressed size of the page whose header is next; undefined where it says none. Then comes the page itself. */
  next(): number | undefined {
    let size: number | undefined;
    this.#eachField((field, type) => {
      if (field !== compressedSizeField || type > 6) return false;
      const coded = this.#varint();
      size = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      return true;
    }, 0);
    return size;
  }

  #eachField(take: (field: number, type: number) => boolean, depth: number): void {
    if (depth > deepestStruct) throw new Error('the header of a page nests too deeply');
    for (let field = 0; ; ) {
      const head = this.#byte();
      if (head === 0) return;
      field = head >> 4 === 0 ? this.#varint() : field + (head >> 4);
      if (!take(field, head & 15)) this.#skip(head & 15, depth);
    }
  }

  #skip(type: number, depth: number): void {
    if (type === trueType || type === falseType) return;
    if (type === byteType) this.pass(1);
    else if (type === doubleType) this.pass(8);
    else if (type === binaryType) this.pass(this.#varint());
    else if (type === listType || type === setType) this.#skipList(depth);
    else if (type === structType) this.#eachField(() => false, depth + 1);
    else if (type >= mapType) throw new Error('the header of a page holds what none has');
    else this.#varint();
  }

  #skipList(depth: number): void {
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    const type = head & 15;
    if (count > this.bytesLeft) throw new Error('a page ends within its header');
    for (let i = 0; i < count; i++) this.#skip(type <= falseType ? byteType : type, depth + 1);
  }

  #byte(): number {
    this.pass(1);
    return this.#bytes[this.#at - 1]!;
  }

  /** Of up to 64 bits, as a number: beyond 2^53 it is not exact, and larger than any file. */
  #varint(): number {
    let value = 0;
    for (let place = 1; place < 2 ** 64; place *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * place;
      if (byte < 128) return value;
    }
    throw new Error('the header of a page holds a number without an end');
  }
}
