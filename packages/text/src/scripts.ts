const classes = {
  latin: /\p{sc=Latin}/u,
  han: /\p{sc=Han}/u,
  kana: /[\p{sc=Hira}\p{sc=Kana}]/u,
  hangul: /\p{sc=Hangul}/u,
  thai: /\p{sc=Thai}/u,
  lao: /\p{sc=Laoo}/u,
  khmer: /\p{sc=Khmr}/u,
  myanmar: /\p{sc=Mymr}/u,
  cyrillic: /\p{sc=Cyrl}/u,
  greek: /\p{sc=Grek}/u,
  arabic: /\p{sc=Arab}/u,
  hebrew: /\p{sc=Hebr}/u,
  devanagari: /\p{sc=Deva}/u,
} as const;

export type Script = keyof typeof classes | 'other';

/** The share of all letters that each script has: 0 to 1, together 1, or all 0 where there is no letter. */
export type ScriptShares = Record<Script, number>;

const scripts = Object.keys(classes) as (keyof typeof classes)[];

export const noShares: Readonly<ScriptShares> = {
  ...(Object.fromEntries(scripts.map((script) => [script, 0])) as Record<keyof typeof classes, number>),
  other: 0,
};

const letters = /\p{L}/gu;

/** How much of the texts is in which script, counted in letters. */
export function scriptShares(texts: Iterable<string>): ScriptShares {
  const counts: ScriptShares = { ...noShares };
  const known = new Map<string, Script>();
  let total = 0;
  for (const text of texts) {
    for (const [letter] of text.matchAll(letters)) {
      let script = known.get(letter);
      if (script === undefined) {
        script = scripts.find((each) => classes[each].test(letter)) ?? 'other';
        known.set(letter, script);
      }
      counts[script] += 1;
      total += 1;
    }
  }
  if (total > 0) for (const script of [...scripts, 'other' as const]) counts[script] /= total;
  return counts;
}
