import type { Change } from './trace.js';

/** What a step of script.mjs makes true once it was acknowledged. */
interface Does {
  open?: string;
  model?: string;
  removedModel?: string;
  create?: string;
  drop?: string;
  release?: string;
  bundle?: string;
  write?: string;
  put?: Record<string, string>;
  remove?: string[];
  alias?: string;
  event?: string;
  dataset?: string;
  backup?: string;
  restore?: string;
  of?: string;
}

/** The value of what is not there. */
export const none = 'none';

/** What may be found in a data folder: by name, such as `document shop/1`, the values of which one has to be there. */
export class ExpectedFolder {
  /** Whether it was acknowledged, so that it has to be there. */
  isSure = false;
  readonly values = new Map<string, Set<string>>();
  /** Of writes that may have happened: whole or not at all. */
  readonly together: { before: Map<string, string>; after: Map<string, string> }[] = [];

  copy(): ExpectedFolder {
    const copy = new ExpectedFolder();
    for (const [name, values] of this.values) copy.values.set(name, new Set(values));
    copy.together.push(...this.together);
    return copy;
  }

  allowed(name: string): Set<string> {
    return this.values.get(name) ?? new Set([none]);
  }

  become(name: string, value: string, isSure: boolean): void {
    this.values.set(name, isSure ? new Set([value]) : new Set([...this.allowed(name), value]));
  }
}

export interface Expected {
  data: Map<string, ExpectedFolder>;
  backups: Map<string, ExpectedFolder>;
}

/** What has to be there after some changes, by the marks among them. A step that failed, or has not ended, may have happened or not. */
export function expectedAfter(changes: readonly Change[]): Expected {
  const expected: Expected = { data: new Map(), backups: new Map() };
  const ended = new Map<string, 'end' | 'fail'>();
  const begun: { number: string; does: Does }[] = [];
  for (const change of changes) {
    if (change.kind !== 'mark') continue;
    const [, what, number, rest] = /^(\w+) (\d+) ?(.*)$/s.exec(change.text)!;
    if (what === 'begin') begun.push({ number: number!, does: JSON.parse(rest!) as Does });
    else ended.set(number!, what as 'end' | 'fail');
  }
  let open: ExpectedFolder | undefined;
  for (const { number, does } of begun) {
    const isSure = ended.get(number) === 'end';
    if (does.open !== undefined) {
      open = expected.data.get(does.open) ?? new ExpectedFolder();
      open.isSure ||= isSure;
      expected.data.set(does.open, open);
    } else if (does.backup !== undefined)
      place(expected.backups, does.backup, expected.data.get(does.of!)!, isSure);
    else if (does.restore !== undefined)
      place(expected.data, does.restore, expected.backups.get(does.of!)!, isSure);
    else if (open) happen(open, does, isSure);
  }
  return expected;
}

function place(
  folders: Map<string, ExpectedFolder>,
  name: string,
  of: ExpectedFolder,
  isSure: boolean,
): void {
  const copy = of.copy();
  copy.isSure = isSure;
  // Where it failed, whoever opens the folder makes an empty one.
  if (!isSure) for (const each of copy.values.keys()) copy.become(each, none, false);
  folders.set(name, copy);
}

function happen(folder: ExpectedFolder, does: Does, isSure: boolean): void {
  const become = (name: string, value: string) => folder.become(name, value, isSure);
  if (does.model) become(`model ${does.model}`, 'there');
  if (does.removedModel) become(`model ${does.removedModel}`, none);
  if (does.create) {
    become(`collection ${does.create}`, 'there');
    become(`release ${does.create}`, does.bundle!);
  }
  if (does.drop) {
    const [collection, of] = [does.drop, `document ${does.drop}/`];
    for (const name of folder.values.keys()) if (name.startsWith(of)) become(name, none);
    become(`collection ${collection}`, none);
    become(`release ${collection}`, none);
  }
  if (does.release) become(`release ${does.release}`, does.bundle!);
  if (does.write) {
    const after = new Map(
      Object.entries(does.put!).map(([id, title]) => [`document ${does.write}/${id}`, title]),
    );
    for (const id of does.remove!) after.set(`document ${does.write}/${id}`, none);
    const before = new Map([...after.keys()].map((name) => [name, [...folder.allowed(name)].join(' or ')]));
    if (!isSure) folder.together.push({ before, after });
    for (const [name, value] of after) become(name, value);
  }
  if (does.alias) become(`alias ${does.alias}`, does.of!);
  if (does.event) become(`event ${does.event}`, 'there');
  if (does.dataset) become(`dataset ${does.dataset}`, 'there');
}
