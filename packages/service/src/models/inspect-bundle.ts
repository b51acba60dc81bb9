import { AttuneError } from '@attune/errors';
import { type Death, type Link, startProcess } from '@attune/worker';
import { bundleProcess } from '../programs.js';
import type { BundleFacts, BundleProtocol, DocumentsToTry } from './bundle-protocol.js';

const closeTimeoutMs = 10_000;

/**
 * Loads a bundle in a process of its own, which compares its fingerprint and golden vectors, and tries it on texts.
 *
 * @param copyTo  a folder that is made: the bundle's files, of the same fingerprint
 * @throws {AttuneError} what Encoder.load throws; BUNDLE_INVALID when it ended the process; BUNDLE_MISMATCH when the bundle changed while it
 *   was copied; UNAVAILABLE when something else ended the process
 */
export function inspectBundle(folder: string, copyTo?: string): Promise<BundleFacts> {
  return inProcess((process) => process.call('inspect', { folder, copyTo }));
}

/**
 * As `inspectBundle`, and tokenises every document of a collection.
 *
 * @throws {AttuneError} as inspectBundle; what the store throws
 */
export function tryBundle(folder: string, documents: DocumentsToTry): Promise<BundleFacts> {
  return inProcess(async (process) => {
    const facts = await process.call('inspect', { folder, copyTo: undefined });
    while (await readPage(process, documents)) await process.call('tokenise');
    return facts;
  });
}

async function inProcess<T>(work: (process: Link<BundleProtocol>) => Promise<T>): Promise<T> {
  const process = startProcess<BundleProtocol>(bundleProcess, {
    ...{ stdout: 'ignore', stderr: 'inherit' },
    closed: () => new AttuneError('UNAVAILABLE', 'The process that looked into the bundle was closed.'),
    died,
  });
  try {
    return await work(process);
  } finally {
    await process.close({ timeoutMs: closeTimeoutMs });
  }
}

/** A page that cannot be read says nothing about the bundle. */
async function readPage(process: Link<BundleProtocol>, documents: DocumentsToTry): Promise<boolean> {
  try {
    return await process.call('read', documents);
  } catch (error) {
    if (!(error instanceof AttuneError) || error.code !== 'BUNDLE_INVALID') throw error;
    throw new AttuneError(
      'UNAVAILABLE',
      'The documents on which the bundle was to be tried could not be read.',
      {
        cause: error,
      },
    );
  }
}

/** What ends a process by itself, rather than another program or the system that lacks memory. */
const ownSignals: readonly (string | null)[] = [
  'SIGABRT',
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
];

function died({ reason, exitCode, signal }: Death): AttuneError {
  if (ownSignals.includes(signal) || (signal === null && exitCode !== null && exitCode !== 0))
    return new AttuneError(
      'BUNDLE_INVALID',
      `The bundle ended the process in which it was tried (${reason}): its tokenizer.json or its weights are damaged. Take another bundle.`,
    );
  return new AttuneError(
    'UNAVAILABLE',
    `The process that looked into the bundle has ended: ${reason}. Is there memory enough for it?`,
  );
}
