import { button, byId, element, say } from './elements.js';

/** Copies a command; where the browser does not let a page do that, shows it to be copied by hand. */
export async function copyCommand(command: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(command);
    say('Copied as curl.');
  } catch {
    const sheet = byId<HTMLDialogElement>('command');
    const text = element('textarea', {
      readonly: true,
      rows: 8,
      spellcheck: 'false',
      'aria-labelledby': 'command-title',
    });
    text.value = command;
    sheet.replaceChildren(
      element(
        'header',
        {},
        element('h2', { id: 'command-title' }, 'This search as curl'),
        button({ class: 'plain' }, () => sheet.close(), 'Close'),
      ),
      text,
    );
    sheet.showModal();
    text.select();
  }
}
