import type { VerifyReport } from './types.js';
import type { Health, Operations, WriterOptions } from './writer.js';

/** What a Store and its writer's thread say to each other. */
export interface WriterProtocol {
  open: (start: { folder: string; options: Omit<WriterOptions, 'now'> }) => void;
  worker: { [Op in keyof Operations]: (args: Parameters<Operations[Op]>) => ReturnType<Operations[Op]> };
  parent: {
    /** Before the answers of the calls that changed it. */
    health: (health: Health) => void;
    /** Before anything is answered. */
    mended: (what: readonly string[]) => void;
  };
}

/** Work that reads a whole store, so it has a thread for as long as it takes, and stands in no writer's way. */
export interface UpkeepProtocol {
  open: () => void;
  worker: {
    verify: (folder: string) => VerifyReport;
    /** The same at a quarter of the pace, with less of the processors. */
    scrub: (folder: string) => VerifyReport;
    copy: (folders: { from: string; to: string }) => void;
  };
  parent: Record<never, never>;
}
