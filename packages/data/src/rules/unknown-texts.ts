import { TextSample } from '../text-sample.js';
import { wholeText } from './fold.js';
import type { ValidationRule } from './rule.js';

const sampled = 2_000;

/** Texts that a model cannot read; what it knows is told by whoever has a model. */
export const unknownTextRules: readonly ValidationRule[] = [
  {
    code: 'UNKNOWN_TEXT',
    title: 'texts that the model does not know',
    severity: 'warning',
    unit: 'texts',
    fix: 'Train on a model of their language, or on "none", a base made of these texts; or search by words alone.',
    start({ options: { unknownTexts } }) {
      if (unknownTexts === undefined) return undefined;
      const samples = { documents: new TextSample(sampled), queries: new TextSample(sampled) };
      return {
        row(row) {
          if (row.rejected !== undefined) return;
          if (row.texts.length > 0) samples.documents.take(() => wholeText(row));
          const { query } = row;
          if (query !== undefined) samples.queries.take(() => query);
        },
        async end(found) {
          let count = 0;
          let total = 0;
          for (const what of ['documents', 'queries'] as const) {
            const { texts, unknownShare, note } = await unknownTexts(samples[what].texts, what);
            total += texts;
            if (note === undefined) continue;
            // Of texts that are unknown in part, as many as would be unknown as a whole.
            count += Math.max(1, Math.round(unknownShare * texts));
            found.say(note);
          }
          found.totals(count, total);
        },
      };
    },
  },
];
