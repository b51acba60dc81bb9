import { rm } from 'node:fs/promises';
import { copyBundle, findBundle, readBundle, recordSearch, type SearchChoice } from '@attune/encode';
import type { Advice, EvaluationReport } from '@attune/evaluate';
import type { TunedAndJudged } from '@attune/tune';

/**
 * Copies the model that the evaluation advises, with settings by which a plain search finds what it advises: by words alone, by the
 * vectors alone, or by both fused; by words where nothing could be judged, since they are the simplest. Where no word is found, the vectors
 * answer. Searches may still ask for another mode.
 *
 * @param tuned    folder of the tuned model
 * @param out      folder to make; one that is there is replaced
 * @param byWords  by words whatever is advised, because the model cannot read the texts
 */
export async function makeServedBundle(
  { comparison, tuning }: Pick<TunedAndJudged, 'comparison' | 'tuning'>,
  { tuned, out, byWords }: { tuned: string; out: string; byWords?: boolean },
): Promise<void> {
  const advice = byWords ? undefined : comparison.report.verdict.advice;
  const serve = advice?.serve ?? 'words';
  const { lexical } = comparison.model;
  const fusionWeight = { words: 'lexicalOnly', base: 0, tuned: 0, fused: lexical.fusionWeight } as const;
  const settings = { ...lexical, fusionWeight: fusionWeight[serve] };
  const bundle = await readBundle(await findBundle(serve === 'base' ? tuning.base.path : tuned));
  await rm(out, { recursive: true, force: true });
  await copyBundle(bundle, out);
  const choices = [
    ...(tuning.search?.choices ?? []),
    ...(advice ? [choiceOf(advice, comparison.report)] : []),
  ];
  await recordSearch(out, { settings, choices });
}

/** The advice with the figures that it rests on, in the form in which a bundle tells what was chosen for it. */
function choiceOf(advice: Advice, { main, settings }: EvaluationReport): SearchChoice {
  const { serve, against, sure, queryCount } = advice;
  const why = {
    shown: `shown to be better than ${against}`,
    likely: `likely better than ${against}, on few queries`,
    'not shown': 'since nothing else is shown to be better',
  }[sure];
  const tried = main.legs.flatMap(({ name, metrics }) => {
    const mean = metrics[settings.primary]?.mean;
    return mean === undefined ? [] : [{ name, value: mean }];
  });
  const figures = tried.map(({ name, value }) => `${name} ${value.toFixed(4)}`).join(', ');
  return {
    what: 'what is served',
    chosen: `${serve}, ${why} (${settings.primary}: ${figures})`,
    metric: settings.primary,
    on: main.name,
    queryCount,
    tried,
  };
}
