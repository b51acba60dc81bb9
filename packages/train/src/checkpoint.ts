import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainerState } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { makeFolder, removeLeftovers, replaceFile } from '@attune/files';
import type { Recipe } from './recipe/recipe.js';

/** What a training is of: a state may be continued only where all of this is the same. */
export interface RunIdentity {
  recipe: Recipe;
  seed: number;
  /** SHA-256 of what was trained on, and of the model it began with. */
  data: string;
  model: string;
  /** Whether epochs are judged. */
  judged: boolean;
}

/** Where a training is. */
export interface RunState {
  step: number;
  scores: number[];
  losses: number[];
  /** Sum and number of the losses of the epoch that is under way. */
  lossSum: number;
  lossCount: number;
  bestEpoch: number;
}

export interface Checkpoint {
  run: RunState;
  trainer: TrainerState;
  /** The weights of the best epoch, when epochs are judged. */
  best?: Float32Array | undefined;
}

const fileName = 'trainer.safetensors';
const version = '1';

const bytesOf = (array: Float32Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

export function hashOf(...arrays: (ArrayBufferView | number | string)[]): string {
  const hash = createHash('sha256');
  for (const array of arrays) {
    if (typeof array === 'object') {
      hash
        .update(`${array.byteLength}:`)
        .update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    } else {
      hash.update(`${array};`);
    }
  }
  return hash.digest('hex');
}

/**
 * Saves a state as one safetensors file, whose metadata says what it is of and carries a checksum of the tensors. One file,
 * written under another name, synced and renamed: so a state is there whole, or the one before it is.
 */
export async function saveCheckpoint(
  folder: string,
  identity: RunIdentity,
  checkpoint: Checkpoint,
): Promise<void> {
  const { trainer, best } = checkpoint;
  const tensors: [string, Float32Array][] = [
    ['weights', trainer.weights],
    ['first_moments', trainer.firstMoments],
    ['second_moments', trainer.secondMoments],
    ...(best ? [['best', best] as [string, Float32Array]] : []),
  ];
  const checksum = createHash('sha256');
  for (const [, values] of tensors) checksum.update(bytesOf(values));
  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'attune-trainer',
      version,
      identity: JSON.stringify(identity),
      run: JSON.stringify(checkpoint.run),
      sha256: checksum.digest('hex'),
    },
  };
  let offset = 0;
  for (const [name, values] of tensors) {
    header[name] = {
      dtype: 'F32',
      shape: [values.length],
      data_offsets: [offset, offset + values.byteLength],
    };
    offset += values.byteLength;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8 + text.length - Buffer.byteLength(text)),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));

  await makeFolder(folder);
  // One that a killed training left half made is as large as a state.
  await removeLeftovers(folder, fileName);
  await replaceFile(join(folder, fileName), [length, json, ...tensors.map(([, values]) => bytesOf(values))]);
}

function parse(
  path: string,
  bytes: Buffer,
): { metadata: Record<string, string>; tensors: Map<string, Float32Array> } {
  const corrupt = (what: string, cause?: unknown) =>
    new AttuneError(
      'FILE_CORRUPT',
      `The saved training ${path} is damaged: ${what}. Delete it to begin anew.`,
      cause === undefined ? undefined : { cause },
    );
  const headerBytes = bytes.length < 8 ? -1 : Number(bytes.readBigUInt64LE(0));
  if (headerBytes < 0 || headerBytes > bytes.length - 8) throw corrupt('it is shorter than its header says');
  let header: Record<string, { shape?: number[]; data_offsets?: number[] } & Record<string, string>>;
  try {
    header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes));
  } catch (cause) {
    throw corrupt('its header is not JSON', cause);
  }
  const metadata = header?.['__metadata__'];
  if (metadata?.['format'] !== 'attune-trainer') throw corrupt('its header does not say attune-trainer');
  if (metadata['version'] !== version) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `The saved training ${path} has format version ${metadata['version']}, but this Attune reads ${version}. Delete it to begin anew.`,
    );
  }
  const data = bytes.subarray(8 + headerBytes);
  if (createHash('sha256').update(data).digest('hex') !== metadata['sha256'])
    throw corrupt('its checksum does not match');
  const tensors = new Map<string, Float32Array>();
  for (const [name, { data_offsets: range }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [begin, end] = range ?? [];
    if (
      begin === undefined ||
      end === undefined ||
      !(begin >= 0 && begin <= end && end <= data.length) ||
      (end - begin) % 4
    ) {
      throw corrupt(`tensor ${name} lies outside of the file`);
    }
    // Copied, because a float32 array must begin at a multiple of four bytes.
    const values = new Float32Array((end - begin) / 4);
    bytesOf(values).set(data.subarray(begin, end));
    tensors.set(name, values);
  }
  return { metadata, tensors };
}

/** The state saved in a folder, or undefined when there is none. */
export async function loadCheckpoint(folder: string, identity: RunIdentity): Promise<Checkpoint | undefined> {
  const path = join(folder, fileName);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AttuneError(
      'FILE_UNREADABLE',
      `The saved training ${path} could not be read: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  }
  const { metadata, tensors } = parse(path, bytes);
  const saved = JSON.parse(metadata['identity'] ?? '{}') as Partial<RunIdentity>;
  const names = {
    recipe: 'recipe',
    seed: 'seed',
    data: 'training data',
    model: 'base model',
    judged: 'way of judging',
  } as const;
  const different = (Object.keys(names) as (keyof RunIdentity)[]).filter(
    (key) => JSON.stringify(saved[key]) !== JSON.stringify(identity[key]),
  );
  if (different.length > 0) {
    throw new AttuneError(
      'CHECKPOINT_MISMATCH',
      `The saved training ${path} is of another ${different.map((key) => names[key]).join(', ')}, so it cannot be continued ` +
        'with this one. Choose another checkpoint folder, or delete it to begin anew.',
    );
  }
  const run = JSON.parse(metadata['run'] ?? '{}') as RunState;
  const tensor = (name: string): Float32Array => {
    const values = tensors.get(name);
    if (values) return values;
    throw new AttuneError(
      'FILE_CORRUPT',
      `The saved training ${path} has no tensor ${name}. Delete it to begin anew.`,
    );
  };
  return {
    run,
    trainer: {
      weights: tensor('weights'),
      firstMoments: tensor('first_moments'),
      secondMoments: tensor('second_moments'),
      step: run.step,
    },
    best: tensors.get('best'),
  };
}
