/** Texts of harnesses: products that a person might sell, in words that the base model knows. */
import type { Random } from './random.js';

const adjectives =
  'red blue heavy light cordless outdoor folding ceramic wooden steel small large rustic modern'.split(' ');
const things =
  'lamp chair drill ladder carpet kettle mirror hammer curtain shovel faucet heater bench cabinet mattress blanket'.split(
    ' ',
  );
const uses = 'kitchen garden bathroom bedroom garage office balcony workshop'.split(' ');

export const someTitle = (random: Random) =>
  `${random.pick(adjectives)} ${random.pick(adjectives)} ${random.pick(things)} for the ${random.pick(uses)}`;

export const someQuery = (random: Random) => `${random.pick(adjectives)} ${random.pick(things)}`;
