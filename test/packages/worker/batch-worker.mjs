// Serves numbers in batches: each answer is the number doubled, a negative one is refused; the parent hears the size of each batch.
import { AttuneError } from '@attune/errors';
import { serve } from '@attune/worker';

serve(async ({ openMs }, parent) => {
  await new Promise((resolve) => setTimeout(resolve, openMs));
  return {
    batch(calls, answer) {
      const answers = calls.map(({ name, input }) => {
        if (name === 'wait') {
          const until = Date.now() + input;
          while (Date.now() < until);
          return { value: undefined };
        }
        if (input < 0) return { error: new AttuneError('NOT_FINITE', `${input} is below 0.`) };
        return { value: 2 * input };
      });
      parent.tell('size', calls.length);
      answer(answers);
      parent.tell('after', calls.length);
    },
    close: () => parent.tell('size', -1),
  };
});
