// Teacher vectors kept on disk while they are made, because they take most of the time: what was stopped goes on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readNpy, writeNpy } from '@attune/encode';
import { textVectors } from '@attune/train';

const textsPerFile = 8192;

/** @returns a function as distillEncoder's `encodeTexts`, which keeps its work under `folder` */
export function cachedTextVectors(teacher, folder, options) {
  return async (texts) => {
    const hash = createHash('sha256')
      .update(`${teacher.fingerprint}\n${texts.join('\n')}`)
      .digest('hex');
    const kept = join(folder, `teacher-${hash.slice(0, 16)}`);
    mkdirSync(kept, { recursive: true });
    // Texts of like length together, which saves the teacher from padding.
    const order = Array.from(texts.keys()).sort((a, b) => texts[a].length - texts[b].length || a - b);
    const vectors = new Float32Array(texts.length * teacher.dim);
    for (let begin = 0; begin < order.length; begin += textsPerFile) {
      const part = order.slice(begin, begin + textsPerFile);
      const file = join(kept, `${String(begin / textsPerFile).padStart(4, '0')}.npy`);
      if (!existsSync(file)) {
        const made = await textVectors(
          teacher,
          part.map((text) => texts[text]),
          { signal: options?.signal },
        );
        await writeNpy(file, made, [part.length, teacher.dim]);
      }
      const { values } = await readNpy(file);
      for (const [i, text] of part.entries()) {
        vectors.set(values.subarray(i * teacher.dim, (i + 1) * teacher.dim), text * teacher.dim);
      }
      options?.onProgress?.({ done: begin + part.length, total: order.length });
    }
    return vectors;
  };
}
