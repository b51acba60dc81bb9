import type { Preprocessing, Role } from './types.js';

/** A text as the tokeniser sees it. */
export function promptedText({ prompts }: Pick<Preprocessing, 'prompts'>, role: Role, text: string): string {
  return prompts[role] + text;
}
