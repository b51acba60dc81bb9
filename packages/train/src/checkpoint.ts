import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainerParameter, TrainerState } from '@attune/binding';
import { safetensorsParts, type TensorToWrite } from '@attune/encode';
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
  /** After which steps an epoch, or what a plan has instead, ends and is judged; the last one ends the training. Empty before there is a plan. */
  partEnds: number[];
  step: number;
  scores: number[];
  losses: number[];
  /** Sum and number of the losses of the epoch that is under way. */
  lossSum: number;
  lossCount: number;
  bestEpoch: number;
}

/** What a state is of, and how its numbers are named. */
export interface SavedRun {
  identity: RunIdentity;
  places: readonly TrainerParameter[];
}

export interface Checkpoint {
  run: RunState;
  trainer: TrainerState;
  /** The weights of the best epoch, when epochs are judged. */
  best?: Float32Array | undefined;
}

const fileName = 'trainer.safetensors';
const version = '3';

export function hashOf(...arrays: (ArrayBufferView | number | string)[]): string {
  const hash = createHash('sha256');
  for (const array of arrays) {
    if (typeof array === 'object') hash.update(`${array.byteLength}:`).update(bytesOf(array));
    else hash.update(`${array};`);
  }
  return hash.digest('hex');
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const sizeOf = ({ shape }: TrainerParameter) => shape.reduce((product, size) => product * size, 1);

/** Each array of a state as tensors, such as `first_moments.table`, in the order of the file. */
function tensorsOf(
  arrays: readonly (readonly [string, Float32Array])[],
  places: readonly TrainerParameter[],
): TensorToWrite[] {
  return arrays.flatMap(([array, numbers]) =>
    places.map((place) => ({
      key: `${array}.${place.name}`,
      shape: place.shape,
      values: numbers.subarray(place.offset, place.offset + sizeOf(place)),
      dtype: 'F32' as const,
    })),
  );
}

/**
 * Saves a state as one safetensors file, whose metadata says what it is of and carries a checksum of the tensors. One file,
 * written under another name, synced and renamed: so a state is there whole, or the one before it is.
 *
 * @throws {AttuneError} NOT_FINITE when a number is not: such a state does not take the place of a good one; DISK_FULL, FILE_UNWRITABLE
 */
export async function saveCheckpoint(
  folder: string,
  { identity, places }: SavedRun,
  { run, trainer, best }: Checkpoint,
): Promise<void> {
  const tensors = tensorsOf(
    [
      ['weights', trainer.weights],
      ['first_moments', trainer.firstMoments],
      ['second_moments', trainer.secondMoments],
      ...(best ? [['best', best] as const] : []),
    ],
    places,
  );
  const checksum = createHash('sha256');
  for (const { values } of tensors) checksum.update(bytesOf(values));
  const parts = safetensorsParts(tensors, {
    format: 'attune-trainer',
    version,
    identity: JSON.stringify(identity),
    run: JSON.stringify(run),
    sha256: checksum.digest('hex'),
  });
  await makeFolder(folder);
  // One that a killed training left half made is as large as a state.
  await removeLeftovers(folder, fileName);
  await replaceFile(join(folder, fileName), parts);
}

/** The state saved in a folder, or undefined when there is none. */
export async function loadCheckpoint(
  folder: string,
  { identity, places }: SavedRun,
): Promise<Checkpoint | undefined> {
  const path = join(folder, fileName);
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  try {
    return await read(new CheckpointFile(file, path), identity, places);
  } catch (error) {
    throw error instanceof AttuneError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: unknown): AttuneError {
  return new AttuneError(
    'FILE_UNREADABLE',
    `The saved training ${path} could not be read: ${(cause as Error).message}`,
    { cause },
  );
}

type Header = Record<string, { dtype?: string; shape?: number[] } & Record<string, string>>;

/** A state is larger than what one call may read, so it is read as it is needed, from the beginning to the end. */
class CheckpointFile {
  readonly path: string;
  readonly #file: FileHandle;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.path = path;
  }

  corrupt(what: string, cause?: unknown): AttuneError {
    return new AttuneError(
      'FILE_CORRUPT',
      `The saved training ${this.path} is damaged: ${what}. Delete it to begin anew.`,
      cause === undefined ? undefined : { cause },
    );
  }

  /** Fills the bytes with the next ones of the file. */
  async fill(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await this.#file.read(bytes, at, Math.min(2 ** 30, bytes.length - at));
      if (bytesRead === 0) throw this.corrupt('it is shorter than its header says');
      at += bytesRead;
    }
  }

  async header(): Promise<Header> {
    const length = Buffer.alloc(8);
    await this.fill(length);
    const { size } = await this.#file.stat();
    if (length.readBigUInt64LE() > BigInt(size - 8)) throw this.corrupt('it is shorter than its header says');
    const bytes = Buffer.alloc(Number(length.readBigUInt64LE()));
    await this.fill(bytes);
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (cause) {
      throw this.corrupt('its header is not JSON', cause);
    }
  }
}

async function read(
  file: CheckpointFile,
  identity: RunIdentity,
  places: readonly TrainerParameter[],
): Promise<Checkpoint> {
  const header = await file.header();
  const metadata = header?.['__metadata__'];
  if (metadata?.['format'] !== 'attune-trainer') throw file.corrupt('its header does not say attune-trainer');
  if (metadata['version'] !== version) {
    throw new AttuneError(
      'FORMAT_UNSUPPORTED',
      `The saved training ${file.path} has format version ${metadata['version']}, but this Attune reads ${version}. Delete it to begin anew.`,
    );
  }
  checkIdentity(file.path, JSON.parse(metadata['identity'] ?? '{}'), identity);

  const length = places.reduce((end, place) => Math.max(end, place.offset + sizeOf(place)), 0);
  const hasBest = Object.keys(header).some((key) => key.startsWith('best.'));
  const names = ['weights', 'first_moments', 'second_moments', ...(hasBest ? ['best'] : [])];
  const arrays = names.map((name) => [name, new Float32Array(length)] as const);
  const tensors = tensorsOf(arrays, places);
  const found = Object.entries(header).filter(([key]) => key !== '__metadata__');
  const isWhole = tensors.every(({ key, shape }, i) => {
    const [name, entry] = found[i] ?? [];
    return name === key && entry?.dtype === 'F32' && String(entry.shape) === String(shape);
  });
  if (!isWhole || found.length !== tensors.length)
    throw file.corrupt('its tensors are not those of this training');
  const checksum = createHash('sha256');
  for (const { values } of tensors) {
    const bytes = bytesOf(values);
    await file.fill(bytes);
    checksum.update(bytes);
  }
  if (checksum.digest('hex') !== metadata['sha256']) throw file.corrupt('its checksum does not match');

  const run = JSON.parse(metadata['run'] ?? '{}') as RunState;
  const [weights, firstMoments, secondMoments, best] = arrays.map(([, numbers]) => numbers);
  return {
    run,
    trainer: {
      weights: weights!,
      firstMoments: firstMoments!,
      secondMoments: secondMoments!,
      step: run.step,
    },
    best,
  };
}

/** @throws {AttuneError} CHECKPOINT_MISMATCH, naming what is different */
function checkIdentity(path: string, saved: Partial<RunIdentity>, identity: RunIdentity): void {
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
  if (different.length === 0) return;
  throw new AttuneError(
    'CHECKPOINT_MISMATCH',
    `The saved training ${path} is of another ${different.map((key) => names[key]).join(', ')}, so it cannot be continued ` +
      'with this one. Choose another checkpoint folder, or delete it to begin anew.',
  );
}
