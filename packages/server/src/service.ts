import type { Service } from '@attune/service';

export type { Service } from '@attune/service';
export type Jobs = Service['jobs'];
export type JobView = Awaited<ReturnType<Jobs['get']>>;
