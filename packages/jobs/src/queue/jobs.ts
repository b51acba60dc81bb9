import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { makeFolder, readJson, removeLeftovers, removeWhole } from '@attune/files';
import { type JobRecord, jobFolder, jobsFolder, type Store } from '@attune/store';
import { describeError } from '../describe-error.js';
import { readResult, tidyJobFolder } from '../job-folder.js';
import { JobLauncher } from '../launch/job-launcher.js';
import { type JobKind, type JobRequests, parseKind, parseRequest } from '../requests.js';
import { ActiveJob, hasEnded, type JobEvent, type JobView, viewOf } from './active-job.js';
import { checkPossible } from './check-possible.js';
import { type FinishJobs, finishJob } from './finish.js';
import { JobIds } from './job-ids.js';

export interface JobsOptions {
  store: Store;
  /** The data folder. */
  folder: string;
  /** What becomes of what the jobs make. */
  finish: FinishJobs;
  /** Jobs that may wait; 256 unless set. */
  mostWaiting?: number | undefined;
  log?: ((level: 'info' | 'warn' | 'error', message: string) => void) | undefined;
  /** Called after each job. */
  onEnded?: (() => void) | undefined;
}

export interface ListJobsOptions {
  /** The id of the last job of the page before. */
  after?: string | undefined;
  /** 100 unless set. */
  limit?: number | undefined;
  kind?: string | undefined;
}

/** A job that was interrupted in this many starts is not started again: it may be what ends the server. */
const mostAttempts = 3;

/**
 * Long work, one at a time, in the order in which it was asked. What a job is and how far it came is a record of the store; what it
 * has made so far lies in its folder; so it goes on after a restart, of the server or of the machine.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #store: Store;
  readonly #ids: JobIds;
  readonly #launcher = new JobLauncher();
  /** Waiting or running. */
  readonly #active = new Map<string, ActiveJob>();
  readonly #queue: ActiveJob[] = [];
  readonly #watchers = new Map<string, Set<(event: JobEvent) => void>>();
  /** By idempotency key: the job, and what was asked with it. */
  readonly #keys = new Map<string, { asked: string; job: Promise<string> }>();
  /** Grows over restarts too, because a client says what it saw last. */
  #eventId = Date.now() * 1000;
  #running: Promise<void> | undefined;
  #hasBegun = false;
  #isClosed = false;

  private constructor(options: JobsOptions, lastId: string | undefined) {
    this.#options = options;
    this.#store = options.store;
    this.#ids = new JobIds(lastId);
  }

  /** Finds the jobs that were not ended. They go on when `begin` is called. */
  static async open(options: JobsOptions): Promise<Jobs> {
    await makeFolder(jobsFolder(options.folder));
    const records = await options.store.list('job');
    const jobs = new Jobs(options, records.at(-1)?.name);
    for (const { name: id, value } of records) {
      const { idempotencyKey, ...asked } = value.request as Record<string, unknown>;
      if (typeof idempotencyKey === 'string') {
        jobs.#keys.set(idempotencyKey, {
          asked: JSON.stringify([value.kind, asked]),
          job: Promise.resolve(id),
        });
      }
      if (!hasEnded(value)) jobs.#add(id, value).isAdmitted = true;
    }
    // Running ones before those that waited for them.
    jobs.#queue.sort((a, b) => Number(b.record.state === 'running') - Number(a.record.state === 'running'));
    await jobs.#tidyFolders(new Set(records.map(({ name }) => name)));
    return jobs;
  }

  /** Starts work on what waits, from now on. */
  begin(): void {
    this.#hasBegun = true;
    this.#launcher.start();
    this.#next();
  }

  /**
   * Adds a job to the queue.
   *
   * @param options.idempotencyKey  a second call with it gives the job of the first, as long as that is kept
   * @throws {AttuneError} INVALID_ARGUMENT, NOT_FOUND, CONFLICT or DATA_INVALID for what is asked; CONFLICT when the key was used for
   *   something else; OVERLOADED when too many wait
   */
  async start<Kind extends JobKind>(
    kind: Kind,
    request: JobRequests[Kind],
    options: { idempotencyKey?: string | undefined } = {},
  ): Promise<JobView> {
    const parsed = parseRequest(parseKind(kind), request);
    const { idempotencyKey } = options;
    if (idempotencyKey === undefined) return this.get(await this.#admit(kind, parsed));
    const asked = JSON.stringify([kind, parsed]);
    const known = this.#keys.get(idempotencyKey);
    if (known && known.asked !== asked) {
      throw new AttuneError(
        'CONFLICT',
        'Expected an idempotency key to be used for one request, but it came before with another one.',
      );
    }
    if (known) return this.get(await known.job);
    const job = this.#admit(kind, parsed, idempotencyKey);
    this.#keys.set(idempotencyKey, { asked, job });
    // What was refused may be asked again with the same key.
    job.catch(() => this.#keys.delete(idempotencyKey));
    return this.get(await job);
  }

  /** @throws {AttuneError} NOT_FOUND */
  async get(id: string): Promise<JobView> {
    const active = this.#active.get(id);
    if (active) return active.view();
    const record = await this.#store.get('job', id);
    if (record) return viewOf(id, record.value);
    throw new AttuneError('NOT_FOUND', `There is no job "${id}".`);
  }

  /** The newest first. */
  async list({ after, limit = 100, kind }: ListJobsOptions = {}): Promise<JobView[]> {
    const found: JobView[] = [];
    let from = after;
    while (found.length < limit) {
      const page = await this.#store.list('job', {
        reverse: true,
        limit,
        ...(from === undefined ? {} : { after: from }),
      });
      for (const { name, value } of page) {
        if (kind === undefined || value.kind === kind)
          found.push(this.#active.get(name)?.view() ?? viewOf(name, value));
      }
      if (page.length < limit) break;
      from = page.at(-1)!.name;
    }
    return found.slice(0, limit);
  }

  /** Those that wait or run, in their order. */
  unfinished(): JobView[] {
    return [...this.#active.values()].map((job) => job.view());
  }

  /**
   * Resolves when the job has ended, which takes a running one 5 s at most.
   *
   * @returns the job: cancelled, or finished when that was under way already
   * @throws {AttuneError} NOT_FOUND; CONFLICT when it has ended otherwise before
   */
  async cancel(id: string): Promise<JobView> {
    const job = this.#active.get(id);
    if (!job) {
      const ended = await this.get(id);
      if (ended.state === 'cancelled') return ended;
      throw new AttuneError('CONFLICT', `The job "${id}" has ended already: it is ${ended.state}.`);
    }
    job.cancel();
    const place = this.#queue.indexOf(job);
    if (place !== -1) {
      this.#queue.splice(place, 1);
      await this.#end(job, { state: 'cancelled' });
    }
    await job.ended;
    return this.get(id);
  }

  /**
   * Calls `listener` at every change of a job, with event ids that grow.
   *
   * @returns a function that ends this
   */
  watch(id: string, listener: (event: JobEvent) => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }

  /** The process that a running job works in; undefined while it has none. */
  processOf(id: string): number | undefined {
    return this.#active.get(id)?.pid;
  }

  /**
   * A report that the job wrote, such as `evaluation.json`.
   *
   * @throws {AttuneError} NOT_FOUND
   */
  async report(id: string, file: string): Promise<unknown> {
    await this.get(id);
    const report = /^[a-z][a-z-]*\.json$/.test(file)
      ? await readJson(join(jobFolder(this.#options.folder, id), file))
      : undefined;
    if (report !== undefined) return report;
    throw new AttuneError('NOT_FOUND', `The job "${id}" has no report ${JSON.stringify(file.slice(0, 80))}.`);
  }

  /**
   * Removes jobs that have ended, with their idempotency keys; others stay. The records go first: a folder without one is removed at
   * the next start.
   *
   * @returns how many
   */
  async forget(ids: readonly string[]): Promise<number> {
    const ended: string[] = [];
    const keys = new Map<string, { asked: string; job: Promise<string> }>();
    for (const id of ids) {
      const record = (await this.#store.get('job', id))?.value;
      if (record === undefined || this.#active.has(id) || !hasEnded(record)) continue;
      ended.push(id);
      const { idempotencyKey } = record.request as { idempotencyKey?: string };
      const known = idempotencyKey === undefined ? undefined : this.#keys.get(idempotencyKey);
      if (idempotencyKey !== undefined && known) keys.set(idempotencyKey, known);
    }
    // Before the records, or a key would for a moment lead to a job that is not there.
    for (const key of keys.keys()) this.#keys.delete(key);
    try {
      await this.#store.change(ended.map((name) => ({ kind: 'job', name, remove: true })));
    } catch (error) {
      for (const [key, known] of keys) if (!this.#keys.has(key)) this.#keys.set(key, known);
      throw error;
    }
    for (const id of ended) await removeWhole(jobFolder(this.#options.folder, id));
    return ended.length;
  }

  /** Stops the job that runs, so that it goes on at the next start; resolves when its process is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const job of this.#active.values()) job.stop();
    await this.#running;
    await this.#launcher.close();
  }

  async #admit(kind: JobKind, request: JobRequests[JobKind], idempotencyKey?: string): Promise<string> {
    if (this.#isClosed) throw new AttuneError('UNAVAILABLE', 'The server is stopping.');
    if (this.#queue.length >= (this.#options.mostWaiting ?? 256)) {
      throw new AttuneError('OVERLOADED', `There are ${this.#queue.length} jobs waiting. Try again later.`);
    }
    await checkPossible(this.#store, kind, request, this.unfinished());
    const id = this.#ids.next();
    const record: JobRecord = {
      kind,
      request: idempotencyKey === undefined ? request : { ...request, idempotencyKey },
      state: 'waiting',
      step: 'waiting',
      progress: 0,
      attempts: 0,
      createdAt: Date.now(),
      startedAt: null,
      finishedAt: null,
      result: null,
      error: null,
    };
    const job = this.#add(id, record);
    try {
      await job.save();
    } catch (error) {
      this.#active.delete(id);
      this.#queue.splice(this.#queue.indexOf(job), 1);
      this.#next();
      throw error;
    }
    job.isAdmitted = true;
    this.#next();
    return id;
  }

  #add(id: string, record: JobRecord): ActiveJob {
    const onChange = (job: JobView) => {
      this.#eventId += 1;
      for (const listener of this.#watchers.get(id) ?? []) listener({ id: this.#eventId, job });
    };
    const job = new ActiveJob(id, record, this.#store, onChange);
    this.#active.set(id, job);
    this.#queue.push(job);
    return job;
  }

  #next(): void {
    if (this.#running || this.#isClosed || !this.#hasBegun || this.#queue[0]?.isAdmitted !== true) return;
    const job = this.#queue.shift()!;
    this.#running = this.#run(job)
      // The store cannot be written: what is there now is what the next start of the server goes on from.
      .catch((error: unknown) =>
        this.#options.log?.('error', `The job ${job.id} is left as it is: ${(error as Error).message}`),
      )
      .finally(() => {
        this.#running = undefined;
        this.#next();
      });
  }

  async #run(job: ActiveJob): Promise<void> {
    const { folder: data } = this.#options;
    const { state, attempts } = job.record;
    if (state === 'running' && attempts >= mostAttempts) {
      const message = `The job was started ${attempts} times, and each time the server ended before it. It is not started again.`;
      await this.#end(job, { state: 'failed', error: { code: 'INTERNAL', message } });
      return;
    }
    job.change({
      state: 'running',
      step: 'starting',
      progress: 0,
      attempts: attempts + 1,
      startedAt: job.record.startedAt ?? Date.now(),
    });
    if (job.record.kind === 'cycle' && job.record.result === null) {
      job.change({ result: { throughEvent: await this.#store.countEvents() } });
    }
    await job.save();
    try {
      const made = await this.#work(job);
      const result = await finishJob(job, made, this.#options);
      await this.#end(job, { state: 'finished', step: 'finished', progress: 1, result });
    } catch (error) {
      if (job.isCancelled) await this.#end(job, { state: 'cancelled' });
      else if (this.#isClosed) await this.#leave(job);
      else await this.#end(job, { state: 'failed', error: describeError(error, data) });
    }
  }

  /** What the work came to: from its process, or from the start before this one. */
  async #work(job: ActiveJob): Promise<unknown> {
    const { folder: data, finish } = this.#options;
    const folder = jobFolder(data, job.id);
    await makeFolder(folder);
    await removeLeftovers(folder);
    const made = await readResult(folder, (why) =>
      this.#options.log?.('warn', `The job ${job.id} works again: ${why}`),
    );
    if (made !== undefined) return made.result;
    const verdicts: Promise<void>[] = [];
    const result = await this.#launcher
      .run({
        data,
        id: job.id,
        folder,
        signal: job.signal,
        onStart: (pid) => {
          job.pid = pid;
        },
        onMessage: (message) => {
          if (message.type !== 'verdict') return job.hear(message);
          const kept = finish.validation(message.dataset, message.verdict);
          // Where it fails, the job fails with it, once its process has ended.
          kept.catch(() => undefined);
          verdicts.push(kept);
        },
      })
      .finally(async () => {
        job.pid = undefined;
        await Promise.allSettled(verdicts);
      });
    await Promise.all(verdicts);
    return result;
  }

  /** A job that is stopped with the server waits for the next start. */
  async #leave(job: ActiveJob): Promise<void> {
    job.change({ state: 'waiting', step: 'waiting for the server to start again' });
    await job.save();
    job.end();
  }

  async #end(job: ActiveJob, change: Partial<JobRecord>): Promise<void> {
    const { error } = change;
    const { step } = job.record;
    job.change({ finishedAt: Date.now(), step, ...change, ...(error ? { error } : {}) }, { silently: true });
    await job.save();
    await tidyJobFolder(jobFolder(this.#options.folder, job.id));
    this.#active.delete(job.id);
    job.end();
    this.#options.onEnded?.();
  }

  /** After a crash: folders of jobs that have ended, or that were never kept. */
  async #tidyFolders(known: ReadonlySet<string>): Promise<void> {
    for (const id of await readdir(jobsFolder(this.#options.folder))) {
      const folder = jobFolder(this.#options.folder, id);
      if (!known.has(id)) await rm(folder, { recursive: true, force: true });
      else if (!this.#active.has(id)) await tidyJobFolder(folder);
    }
  }
}
