import { join } from 'node:path';
import { type Encoder, readNpy, writeNpy } from '@attune/encode';
import { hashFile, readJson, writeJson } from '@attune/files';
import { hasRow } from '@attune/indexes';
import type { CatalogueVectors } from '@attune/tune';
import type { SnapshotRow } from './collect.js';

/** A vector with the version of the document that it was made of. */
export interface VersionedVector {
  id: string;
  version: number;
  /** float32, [dim] */
  vector: Float32Array;
}

/** The vectors of the candidate, as a cycle leaves them for its next run and for the promotion. */
export interface CandidateVectors {
  /** Of documents that have a text. */
  vectors: VersionedVector[];
  /** How many were made for them. */
  encoded: number;
}

/** What stands beside the matrix. */
interface Manifest {
  fingerprint: string;
  /** Of the matrix. */
  sha256: string;
  ids: string[];
  versions: number[];
  encoded: number;
}

const matrixFile = 'candidate-vectors.npy';
const manifestFile = 'candidate-vectors.json';

/** The manifest is written last: without it the matrix is none. */
export async function writeCandidateVectors(
  folder: string,
  {
    encoder: { dim, fingerprint },
    documents,
    vectors: { vectors, embedded, encoded },
  }: {
    encoder: Encoder;
    documents: readonly Pick<SnapshotRow, 'id' | 'version'>[];
    vectors: Pick<CatalogueVectors, 'vectors' | 'embedded' | 'encoded'>;
  },
): Promise<void> {
  const rows = [...documents.keys()].filter((row) => embedded === undefined || hasRow(embedded, row));
  const matrix = embedded === undefined ? vectors : new Float32Array(rows.length * dim);
  if (embedded !== undefined) {
    for (const [i, row] of rows.entries()) matrix.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  await writeNpy(join(folder, matrixFile), matrix, [rows.length, dim]);
  const manifest: Manifest = {
    fingerprint,
    sha256: (await hashFile(join(folder, matrixFile))).sha256,
    ids: rows.map((row) => documents[row]!.id),
    versions: rows.map((row) => documents[row]!.version),
    encoded,
  };
  await writeJson(join(folder, manifestFile), manifest);
}

/** What was written; undefined where there is nothing, or it is of another bundle or damaged: vectors can be made again. */
export async function readCandidateVectors(
  folder: string,
  fingerprint: string,
): Promise<CandidateVectors | undefined> {
  const manifest = await readJson<Manifest>(join(folder, manifestFile));
  if (manifest?.fingerprint !== fingerprint) return undefined;
  const file = join(folder, matrixFile);
  const found = await hashFile(file).catch(() => undefined);
  if (found?.sha256 !== manifest.sha256) return undefined;
  const { ids, versions, encoded } = manifest;
  const {
    values,
    shape: [, dim],
  } = await readNpy(file);
  const vectors = ids.map((id, row) => ({
    id,
    version: versions[row]!,
    vector: values.subarray(row * dim, (row + 1) * dim),
  }));
  return { vectors, encoded };
}
