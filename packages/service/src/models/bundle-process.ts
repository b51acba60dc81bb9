/**
 * Looks into a bundle, and copies it. It is a process of its own, because the library that tokenises ends its process where it meets what it
 * did not expect: a bundle that does that is found out here.
 */
import { type BundleInfo, copyBundle, documentText, Encoder, promptedText, readBundle } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { carriedSettings } from '@attune/search';
import { type ModelSearch, type StoredDocument, StoreReader } from '@attune/store';
import { serve } from '@attune/worker';
import type { BundleProtocol } from './bundle-protocol.js';
import { trialTexts } from './trial-texts.js';

const documentsTogether = 512;

serve<BundleProtocol>(() => {
  let encoder: Encoder | undefined;
  let documents: Iterator<StoredDocument> | undefined;
  let page: StoredDocument[] = [];
  return {
    calls: {
      inspect: async ({ folder, copyTo }) => {
        encoder = await Encoder.load(folder);
        const { fingerprint, dim, bundle } = encoder;
        await encoder.encodeDocuments(trialTexts);
        await encoder.encodeQueries(trialTexts);
        if (copyTo !== undefined) await copy(folder, copyTo, fingerprint);
        return { fingerprint, kind: bundle.kind, precision: bundle.precision, dim, search: searchOf(bundle) };
      },
      read: ({ data, collection }) => {
        documents ??= StoreReader.open(data).documents(collection)[Symbol.iterator]();
        page = [];
        while (page.length < documentsTogether) {
          const { value, done } = documents.next();
          if (done === true) break;
          page.push(value);
        }
        return page.length > 0;
      },
      tokenise: async () => {
        const { tokenizer, bundle } = encoder!;
        const { preprocessing } = bundle;
        const textOf = ({ fields }: StoredDocument) => documentText(fields, preprocessing.documentFields);
        await tokenizer.tokenize(
          page.map((document) => promptedText(preprocessing, 'document', textOf(document))),
        );
      },
    },
  };
});

/** @throws {AttuneError} BUNDLE_INVALID where its settings are none */
function searchOf({ path, manifest }: BundleInfo): ModelSearch | undefined {
  const carried = manifest?.lineage.search;
  const settings = carriedSettings(carried, path);
  if (carried === undefined || settings === undefined) return undefined;
  return { settings, choices: carried.choices.map((choice) => ({ ...choice, tried: choice.tried.length })) };
}

async function copy(folder: string, to: string, fingerprint: string): Promise<void> {
  await copyBundle(await readBundle(folder), to);
  const copied = await readBundle(to);
  if (copied.fingerprint !== fingerprint)
    throw new AttuneError('BUNDLE_MISMATCH', 'The bundle changed while it was copied in.');
}
