/**
 * The safetensors format: 8 bytes with the length of a JSON header (little-endian), the header, then the tensors' bytes.
 * Nothing of the file is trusted: each number is checked before it is used.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
import { AttuneError } from '@attune/errors';
import { parseJson } from '@attune/files';
import { bfloat16ToFloat32, float16ToFloat32, float32ToFloat16 } from './half.js';
import { shown } from './json-fields.js';

/** Hugging Face's own limit; a longer header is an attack or an accident. */
const maxHeaderBytes = 100_000_000;

// biome-ignore format: a row for each size
const bytesPerElement: Record<string, number> = {
  BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1, F8_E8M0: 1,
  F16: 2, BF16: 2, I16: 2, U16: 2,
  F32: 4, I32: 4, U32: 4,
  F64: 8, I64: 8, U64: 8, C64: 8,
};

interface Entry {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/** What a file begins with that git-lfs has not fetched. */
const lfsPointer = 'version https://git-lfs';

/** A safetensors file in memory. Tensors are checked and converted when they are asked for. */
export class SafetensorsFile {
  readonly metadata: Record<string, string>;
  readonly #file: string;
  readonly #data: Uint8Array;
  readonly #entries: Map<string, Entry>;

  /**
   * @param bytes  the whole file
   * @param file   its name in error messages
   * @throws {AttuneError} BUNDLE_INVALID naming the file, and the tensor where there is one
   */
  constructor(bytes: Uint8Array, file: string) {
    this.#file = file;
    const headerLength = this.#headerLength(bytes);
    const header = this.#header(bytes.subarray(8, 8 + headerLength));
    this.#data = bytes.subarray(8 + headerLength);
    this.metadata = this.#readMetadata(header['__metadata__']);
    this.#entries = new Map();
    for (const [key, value] of Object.entries(header)) {
      if (key !== '__metadata__') this.#entries.set(key, this.#entry(key, value));
    }
    this.#checkCoverage();
  }

  keys(): string[] {
    return [...this.#entries.keys()];
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  shape(key: string): number[] {
    return [...this.#find(key).shape];
  }

  dtype(key: string): string {
    return this.#find(key).dtype;
  }

  /**
   * A tensor as float32, whatever float it is stored as.
   *
   * @param shape  what it must be
   * @throws {AttuneError} BUNDLE_INVALID when the tensor is missing, of another shape, or holds NaN or infinity;
   *   BUNDLE_UNSUPPORTED when it holds none of F64, F32, F16, BF16 and I8
   */
  floats(key: string, shape?: readonly number[]): Float32Array {
    const entry = this.#find(key);
    if (shape && (shape.length !== entry.shape.length || shape.some((size, i) => size !== entry.shape[i]))) {
      throw this.#invalid(`tensor "${key}" should have shape ${shown(shape)}, but has ${shown(entry.shape)}`);
    }
    const values = this.#convert(key, entry);
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < words.length; i++) {
      // All exponent bits set: infinity or NaN.
      if ((words[i]! & 0x7f800000) === 0x7f800000) {
        throw this.#invalid(`tensor "${key}" holds ${values[i]} at position ${i}; weights must be finite`);
      }
    }
    return values;
  }

  /**
   * A tensor of one dimension as whole numbers.
   *
   * @throws {AttuneError} BUNDLE_INVALID when the tensor is missing or of another shape; BUNDLE_UNSUPPORTED when it holds neither I32
   *   nor I64
   */
  integers(key: string): Float64Array {
    const entry = this.#find(key);
    if (entry.shape.length !== 1)
      throw this.#invalid(`tensor "${key}" should have one dimension, but has ${shown(entry.shape)}`);
    const bytes = this.#copy(entry);
    if (entry.dtype === 'I32') return Float64Array.from(new Int32Array(bytes));
    if (entry.dtype === 'I64') return Float64Array.from(new BigInt64Array(bytes), Number);
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `${this.#file}: tensor "${key}" is stored as ${entry.dtype}; Attune reads I32 and I64.`,
    );
  }

  #convert(key: string, entry: Entry): Float32Array {
    const bytes = this.#copy(entry);
    if (entry.dtype === 'F32') return new Float32Array(bytes);
    if (entry.dtype === 'F16') return float16ToFloat32(new Uint16Array(bytes));
    if (entry.dtype === 'BF16') return bfloat16ToFloat32(new Uint16Array(bytes));
    if (entry.dtype === 'F64') return Float32Array.from(new Float64Array(bytes));
    // model2vec's 8-bit tables hold whole numbers without a scale.
    if (entry.dtype === 'I8') return Float32Array.from(new Int8Array(bytes));
    throw new AttuneError(
      'BUNDLE_UNSUPPORTED',
      `${this.#file}: tensor "${key}" is stored as ${entry.dtype}; Attune reads F64, F32, F16, BF16 and I8. ` +
        'Convert it in Python: tensor.float() before saving.',
    );
  }

  /** So that the tensor is aligned and the file's bytes can be released. A Buffer's own `slice` is no copy. */
  #copy({ begin, end }: Entry): ArrayBuffer {
    return new Uint8Array(this.#data.subarray(begin, end)).buffer;
  }

  #invalid(problem: string): AttuneError {
    return new AttuneError(
      'BUNDLE_INVALID',
      `${this.#file}: ${problem}. The file is damaged or incomplete: copy or download it again.`,
    );
  }

  #find(key: string): Entry {
    const entry = this.#entries.get(key);
    if (entry) return entry;
    const known = this.keys();
    const shown = known.slice(0, 8).join(', ') + (known.length > 8 ? `, … (${known.length} in all)` : '');
    throw new AttuneError(
      'BUNDLE_INVALID',
      `${this.#file}: the tensor "${key}" is missing. The file has: ${shown || 'no tensors'}.`,
    );
  }

  #headerLength(bytes: Uint8Array): number {
    if (Buffer.from(bytes.subarray(0, lfsPointer.length)).toString('latin1') === lfsPointer) {
      throw new AttuneError(
        'BUNDLE_INVALID',
        `${this.#file} is a git-lfs pointer, which stands for the file itself. Fetch the file, with git lfs pull in its repository, or download it.`,
      );
    }
    if (bytes.length < 8) throw this.#invalid(`expected at least 8 bytes, but the file has ${bytes.length}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getBigUint64(0, true);
    const room = BigInt(Math.min(bytes.length - 8, maxHeaderBytes));
    if (length > room) {
      throw this.#invalid(`its header should be ${length} bytes long, but at most ${room} bytes can hold it`);
    }
    return Number(length);
  }

  #header(bytes: Uint8Array): Record<string, unknown> {
    let header: unknown;
    try {
      header = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (cause) {
      throw this.#invalid(`its header is no JSON (${(cause as Error).message})`);
    }
    if (typeof header !== 'object' || header === null || Array.isArray(header)) {
      throw this.#invalid('its header is no JSON object');
    }
    return header as Record<string, unknown>;
  }

  #readMetadata(value: unknown): Record<string, string> {
    if (value === undefined) return {};
    const ok =
      typeof value === 'object' &&
      value !== null &&
      Object.values(value).every((text) => typeof text === 'string');
    if (!ok) throw this.#invalid('"__metadata__" should map names to texts');
    return { ...(value as Record<string, string>) };
  }

  #entry(key: string, value: unknown): Entry {
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && (size as number) >= 0;
    if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerElement, dtype)) {
      throw this.#invalid(`tensor "${key}" has the unknown dtype ${shown(dtype)}`);
    }
    if (!Array.isArray(shape) || !shape.every(isSize)) {
      throw this.#invalid(`tensor "${key}" has the impossible shape ${shown(shape)}`);
    }
    if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
      throw this.#invalid(`tensor "${key}" has the impossible data_offsets ${shown(offsets)}`);
    }
    const [begin, end] = offsets as [number, number];
    if (begin > end || end > this.#data.length) {
      throw this.#invalid(
        `tensor "${key}" should lie at bytes ${begin} to ${end}, but the file has ${this.#data.length} bytes of tensors`,
      );
    }
    const needed = shape.reduce((product, size) => product * size, bytesPerElement[dtype]!);
    if (needed !== end - begin) {
      throw this.#invalid(
        `tensor "${key}" of shape ${shown(shape)} and dtype ${dtype} needs ${needed} bytes, but has ${end - begin}`,
      );
    }
    return { dtype, shape: shape as number[], begin, end };
  }

  /** Tensors must fill the file without gap or overlap, as the format demands: nothing can hide between them. */
  #checkCoverage(): void {
    const byPlace = [...this.#entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
    let covered = 0;
    for (const [key, entry] of byPlace) {
      if (entry.begin !== covered) {
        const problem = entry.begin < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
        throw this.#invalid(`tensor "${key}" at byte ${entry.begin} ${problem} (which ends at ${covered})`);
      }
      covered = entry.end;
    }
    if (covered !== this.#data.length) {
      throw this.#invalid(
        `its tensors take ${covered} bytes, but ${this.#data.length} bytes follow the header`,
      );
    }
  }
}

/** A tensor to write. */
export interface TensorToWrite {
  key: string;
  shape: readonly number[];
  values: Float32Array;
  /** F16 halves the size; each value is rounded to the nearest. */
  dtype: 'F32' | 'F16';
}

/**
 * The bytes of a safetensors file: its head, then each tensor, whose bytes are not copied where they are stored as they are.
 *
 * @throws {AttuneError} SHAPE_MISMATCH when a shape does not describe its values; NOT_FINITE when a value is NaN,
 *   infinite, or beyond 65,504 for F16
 */
export function safetensorsParts(
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts = tensors.map(encodeTensor);
  let place = 0;
  for (const [i, { key, shape, dtype }] of tensors.entries()) {
    header[key] = { dtype, shape, data_offsets: [place, place + parts[i]!.length] };
    place += parts[i]!.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8; // so that the tensors begin aligned
  const head = new Uint8Array(8 + headerLength);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerLength), true);
  head.fill(0x20, 8);
  head.set(json, 8);
  return [head, ...parts];
}

/**
 * The same as one array.
 *
 * @throws {AttuneError} as safetensorsParts
 */
export function serializeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function encodeTensor({ key, shape, values, dtype }: TensorToWrite): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new AttuneError(
      'SHAPE_MISMATCH',
      `Expected tensor "${key}" of shape [${shape}] to hold as many values, but received ${values.length}.`,
    );
  }
  const bits = dtype === 'F16' ? float32ToFloat16(values) : undefined;
  for (let i = 0; i < values.length; i++) {
    const fits = bits ? (bits[i]! & 0x7c00) !== 0x7c00 : Number.isFinite(values[i]!);
    if (!fits) {
      throw new AttuneError(
        'NOT_FINITE',
        `Expected finite values${bits ? ' within float16 (±65,504)' : ''} in tensor "${key}", but received ` +
          `${values[i]} at position ${i}.`,
      );
    }
  }
  const source = bits ?? values;
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}
