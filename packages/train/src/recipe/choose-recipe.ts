import { counted } from '@attune/errors';
import type { Tier } from '@attune/schema';
import { adapterRecipe } from './adapter-recipe.js';
import type { ChosenRecipe, DataSize, Recipe } from './recipe.js';
import { staticRecipe } from './static-recipe.js';
import { transformerRecipe } from './transformer-recipe.js';

const recipes: Record<Tier, (size: DataSize) => ChosenRecipe> = {
  static: staticRecipe,
  adapter: adapterRecipe,
  transformer: transformerRecipe,
};

/** A tier's recipe for the amount of data, and the reason for it, in a sentence to show. */
export function chooseRecipe({ tier, ...size }: DataSize & { tier: Tier }): {
  recipe: Recipe;
  reason: string;
} {
  const { pairs, queries, documents } = size;
  const { recipe, because } = recipes[tier](size);
  const reason =
    `${tier} tier, ${counted(pairs, 'pair')} of ${counted(queries, 'query', 'queries')} and ${counted(documents, 'document')}: ` +
    `${because}.`;
  return { recipe, reason };
}
