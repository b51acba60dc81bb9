import type { Service } from '@attune/service';

/** A server that runs in this process. */
export interface DemoServer {
  service: Service;
  /** Such as `http://127.0.0.1:7400`. */
  url: string;
  close(): Promise<void>;
}

/** Serves a data folder, as the program does that the demo is part of. */
export type StartServer = (options: {
  data: string;
  /** 0 takes any that is free. */
  port: number;
}) => Promise<DemoServer>;
