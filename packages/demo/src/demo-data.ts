import { join } from 'node:path';
import type { Picture } from '@attune/report';
import type { MainJobResult } from '@attune/tune';
import { buildIconDataset, type IconDatasetSummary } from './icons/build.js';
import type { IconPicture } from './icons/icon.js';
import { type IconLanguageCode, iconLanguage } from './icons/languages/languages.js';
import { installIconPackages } from './icons/packages.js';
import { openIconPictures } from './icons/pictures.js';

/** What the demo runs on, and how its documents look. */
export interface DemoData {
  path: string;
  title: string;
  /** Of its collection and datasets. */
  name: string;
  picture?: (documentId: string) => Picture | undefined;
  queries?: readonly string[];
  icons?: { summary: IconDatasetSummary; pictureOf: (id: string) => IconPicture | undefined };
}

/** The icons of a language as a dataset in `out`; their packages are installed if need be. */
export async function iconData(out: string, language: IconLanguageCode): Promise<DemoData> {
  const { packagesFolder } = await installIconPackages({ language });
  const path = join(out, 'icons');
  const summary = await buildIconDataset(packagesFolder, path, { language, dirt: true });
  const pictureOf = openIconPictures(packagesFolder, language);
  const picture = (id: string): Picture | undefined => {
    const found = pictureOf(id);
    if (found === undefined) return undefined;
    return found.kind === 'svg' ? { svg: found.svg } : { symbol: found.text };
  };
  return {
    path,
    title: 'Find an icon by what you mean',
    name: 'icons',
    picture,
    queries: iconLanguage(language).samples,
    icons: { summary, pictureOf },
  };
}

/** How large the icons' log is, and what is judged. */
export function sizesText({ documents, parts, slices }: IconDatasetSummary): string {
  return (
    `${documents.toLocaleString('en')} icons and emoji; ${parts.train.pairs.toLocaleString('en')} (name, icon) pairs of ` +
    `${parts.train.queries.toLocaleString('en')} queries to learn from; judged: ${slices.dev.instances.toLocaleString('en')} ` +
    `to choose on, ${slices.test.instances.toLocaleString('en')} to report.\n`
  );
}

/** What was put into the log on purpose, beside what validation found of it. */
export function dirtText({ injected }: IconDatasetSummary, result: MainJobResult): string {
  const byCode = new Map<string, number>();
  for (const { code } of injected) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  const found = new Map(result.validation.findings.map((finding) => [finding.code, finding.count]));
  const lines = [...byCode].map(
    ([code, count]) =>
      `  ${code.padEnd(24)} ${String(count).padStart(5)} put in   ${String(found.get(code) ?? 0).padStart(6)} found`,
  );
  return ['Faults put into the log on purpose, and all of their kind that validation found:', ...lines].join(
    '\n',
  );
}
