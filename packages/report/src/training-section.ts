import { score } from './format.js';
import { figure, htmlTable, paragraph, type Section } from './html.js';
import { linePlot } from './plot.js';
import type { TrainingSummary } from './types.js';

/** The recipe with its reason, the loss, the dev score after each epoch. */
export function trainingSection(
  training: TrainingSummary,
  { id = 'training', title = 'Training' } = {},
): Section {
  const { recipe, reason, losses, epochs, metric, bestEpoch, facts = [] } = training;
  const [first, last] = [losses[0], losses.at(-1)];
  const parts = [paragraph(`Recipe ${recipe}: ${reason}`)];
  if (facts.length > 0)
    parts.push(htmlTable('Facts of the run', [{ title: 'What' }, { title: 'Value' }], facts));
  if (first && last) {
    const label = `Loss, from ${first.loss.toFixed(4)} at step ${first.step} to ${last.loss.toFixed(4)} at step ${last.step}`;
    parts.push(
      figure(
        linePlot(
          losses.map((l) => ({ x: l.step, y: l.loss })),
          { label, xTitle: 'step' },
        ),
        `${label} (nats).`,
      ),
    );
  }
  if (epochs.length > 0) {
    const kept = bestEpoch === undefined ? '' : `; epoch ${bestEpoch} was kept`;
    const label = `${metric} after each epoch${kept}`;
    parts.push(
      figure(
        linePlot(
          epochs.map(({ epoch, score: value }) => ({ x: epoch, y: value })),
          { label, xTitle: 'epoch', markX: bestEpoch, dots: true },
        ),
        `${label}.`,
      ),
      htmlTable(
        metric,
        [{ title: 'Epoch', number: true }, { title: 'Score', number: true }, { title: '' }],
        epochs.map(({ epoch, score: value }) => [
          String(epoch),
          score(value),
          epoch === bestEpoch ? 'kept' : '',
        ]),
      ),
    );
  }
  return { id, title, html: parts.join('\n') };
}
