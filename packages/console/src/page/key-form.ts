import { button, element } from './elements.js';
import { key } from './session.js';

/** Asks for a key, and calls back once there is one. */
export function keyForm({ wasRefused, onKey }: { wasRefused: boolean; onKey: () => void }): HTMLElement {
  const input = element('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'attune_…',
    'aria-describedby': 'key-about',
  });
  const form = element(
    'form',
    { class: 'key' },
    element('label', { for: 'key' }, 'Key'),
    input,
    button({ type: 'submit' }, () => {}, 'Continue'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim() === '') return;
    key.set(input.value.trim());
    onKey();
  });
  return element(
    'section',
    { 'aria-labelledby': 'key-title' },
    element(
      'h2',
      { id: 'key-title' },
      wasRefused ? 'This key is not accepted' : 'This server asks for a key',
    ),
    form,
    element(
      'p',
      { id: 'key-about', class: 'soft' },
      'It stays in this tab and is gone when the tab is closed. With the scope search it shows answers, with train also releases and ' +
        'decisions, with feedback the thumbs are kept.',
    ),
  );
}
