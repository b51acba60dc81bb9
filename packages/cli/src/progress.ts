import type { TrainingProgress } from '@attune/train';

/** Shows how far long work is, on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  update(text: string): void;
  /** Ends the line, so that what follows starts on its own. */
  end(text?: string): void;
}

const rewriteIntervalMs = 80;
const plainIntervalMs = 5_000;

export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let shownAt = 0;
  let open = false;
  return {
    update(text) {
      const now = Date.now();
      if (now - shownAt < (stream.isTTY ? rewriteIntervalMs : plainIntervalMs)) return;
      shownAt = now;
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 110) - 1)}`);
        open = true;
      } else {
        stream.write(`${text}\n`);
      }
    },
    end(text) {
      if (open) stream.write('\r\x1b[2K');
      if (text !== undefined) stream.write(`${text}\n`);
      open = false;
      shownAt = 0;
    },
  };
}

/** Such as `12,345 of 54,667 texts (23 %)`. */
export function share(done: number, total: number, what: string): string {
  const percent = total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : '';
  return `${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}${percent}`;
}

/** The progress line of a training. */
export function trainingLine(progress: TrainingProgress): string {
  const { epoch, step, steps, loss, learningRate, pairsPerSecond, secondsLeft, score } = progress;
  const judged = score === undefined ? '' : `, NDCG@10 ${score.toFixed(4)}`;
  const speed = `${Math.round(pairsPerSecond).toLocaleString('en')} pairs/s`;
  const left = secondsLeft < 60 ? '' : `, ${Math.round(secondsLeft / 60)} min left`;
  const rate = `rate ${learningRate.toExponential(1)}`;
  return `epoch ${epoch}: ${share(step, steps, 'steps')}, loss ${loss.toFixed(4)}, ${rate}, ${speed}${left}${judged}`;
}
