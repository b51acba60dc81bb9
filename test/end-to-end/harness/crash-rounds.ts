/**
 * kill -9, again and again: a server on a data folder, load on it, SIGKILL at a random moment, a restart, and a comparison of
 * everything that was acknowledged with what is there.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '@attune/service';
import { Store } from '@attune/store';
import { writeVariant } from './bundles.js';
import { checkDocuments, checkEvents, checkReleases, checkSearches, summaryOf } from './crash-checks.js';
import { CrashLoad } from './crash-load.js';
import { DocumentOracle } from './document-oracle.js';
import { EventOracle } from './event-oracle.js';
import { Journal } from './journal.js';
import { Random } from './random.js';
import { ReleaseOracle } from './release-oracle.js';
import { ServerProcess } from './server-process.js';

export interface CrashOptions {
  rounds: number;
  seed: number;
  /** Milliseconds from the start of the process to 200 of /readyz that a restart may take. */
  readyWithinMs?: number | undefined;
  /** The whole comparisons, and `verify` of the store, are made every so many rounds. */
  wholeEvery?: number | undefined;
  onRound?: ((figures: CrashFigures) => void) | undefined;
}

export interface CrashFigures {
  seed: number;
  rounds: number;
  kills: number;
  killsAtStart: number;
  killsInPromotion: number;
  acknowledgedWrites: number;
  acknowledgedEvents: number;
  acknowledgedPromotions: number;
  searchesChecked: number;
  restarts: number;
  slowestRestartMs: number;
  verified: number;
  refused: Record<string, number>;
  seconds: number;
  /** Empty, or what was wrong in the last round. */
  violations: string[];
  /** Where data and journal are kept after a violation. */
  kept: string | null;
}

const collection = 'crash';
const base = 'attune-base-en';
const variant = 'variant';

export async function crashRounds(options: CrashOptions): Promise<CrashFigures> {
  const run = await CrashRun.prepare(options);
  try {
    return await run.all();
  } finally {
    await run.close();
  }
}

class CrashRun {
  readonly #options: CrashOptions & { readyWithinMs: number; wholeEvery: number };
  readonly #place: string;
  readonly #data: string;
  readonly #random: Random;
  readonly #journal: Journal;
  readonly #documents = new DocumentOracle();
  readonly #events = new EventOracle();
  #releases!: ReleaseOracle;
  #bundles!: ReadonlyMap<string, string>;
  #server: ServerProcess | undefined;
  #startMs = 1_000;
  #promotionMs = 300;
  readonly #figures: CrashFigures;
  readonly #startedAt = performance.now();

  private constructor(options: CrashOptions) {
    this.#options = {
      ...options,
      readyWithinMs: options.readyWithinMs ?? 30_000,
      wholeEvery: options.wholeEvery ?? 25,
    };
    this.#place = mkdtempSync(join(tmpdir(), 'attune-crash-'));
    this.#data = join(this.#place, 'data');
    this.#random = new Random(options.seed);
    this.#journal = new Journal(join(this.#place, 'acknowledged.jsonl'));
    this.#figures = {
      seed: options.seed,
      rounds: 0,
      kills: 0,
      killsAtStart: 0,
      killsInPromotion: 0,
      acknowledgedWrites: 0,
      acknowledgedEvents: 0,
      acknowledgedPromotions: 0,
      searchesChecked: 0,
      restarts: 0,
      slowestRestartMs: 0,
      verified: 0,
      refused: {},
      seconds: 0,
      violations: [],
      kept: null,
    };
  }

  /** Makes the data folder with both bundles in it, through the service itself, and the collection through the server. */
  static async prepare(options: CrashOptions): Promise<CrashRun> {
    const run = new CrashRun(options);
    mkdirSync(run.#data);
    const variantPath = join(run.#place, 'variant');
    const variantPrint = await writeVariant(variantPath, 1);
    const service = await Service.open(run.#data);
    await service.models.import(variant, variantPath);
    await service.close();
    const server = await ServerProcess.ready(run.#data);
    await server.client.json('/v1/collections', { body: { name: collection, bundle: base } });
    await server.untilReady(60_000);
    const first = await summaryOf(server.client, collection);
    run.#releases = new ReleaseOracle(first);
    run.#bundles = new Map([
      [first.fingerprint, base],
      [variantPrint, variant],
    ]);
    run.#server = server;
    return run;
  }

  async all(): Promise<CrashFigures> {
    const figures = this.#figures;
    for (let round = 1; round <= this.#options.rounds && figures.violations.length === 0; round++) {
      figures.rounds = round;
      const random = this.#random.fork(round);
      try {
        await this.#round(round, random);
      } catch (error) {
        figures.violations.push(`${error instanceof Error ? error.message : error}`);
      }
      figures.acknowledgedWrites = this.#documents.acknowledged;
      figures.acknowledgedEvents = this.#events.acknowledged;
      figures.acknowledgedPromotions = this.#releases.acknowledged;
      figures.seconds = (performance.now() - this.#startedAt) / 1000;
      this.#options.onRound?.(figures);
    }
    if (figures.violations.length === 0) {
      const { code, ms } = await this.#server!.stop();
      if (code !== 0)
        figures.violations.push(`SIGTERM ended the server with ${code} after ${Math.round(ms)} ms`);
    }
    if (figures.violations.length > 0) figures.kept = this.#place;
    return figures;
  }

  async close(): Promise<void> {
    await this.#server?.kill();
    this.#journal.close();
    if (!this.#figures.kept) rmSync(this.#place, { recursive: true, force: true });
  }

  async #round(round: number, random: Random): Promise<void> {
    const load = await this.#loadAndKill(round, random.fork(1));
    const figures = this.#figures;
    figures.searchesChecked += load.searches;
    for (const [status, count] of load.refused) {
      const before = figures.refused[status] ?? 0;
      figures.refused[status] = before + count;
    }
    figures.violations.push(...load.wrong);
    if (figures.violations.length > 0) return;

    const whole = round % this.#options.wholeEvery === 0 || round === this.#options.rounds;
    if (whole) await this.#verify();
    if (random.chance(0.12)) await this.#killAtStart(random);
    const server = await this.#restart();
    const { client } = server;
    const documents = this.#documents;
    const releases = this.#releases;
    figures.violations.push(...checkEvents(this.#data, this.#events, { whole }));
    figures.violations.push(...(await checkDocuments(client, collection, documents)));
    figures.violations.push(...(await checkReleases(client, collection, releases)));
    if (figures.violations.length > 0) return;
    const again = new CrashLoad({ ...this.#targets(round), client });
    for (const post of this.#events.awaited) await again.send(post);
    figures.violations.push(...again.wrong, ...checkEvents(this.#data, this.#events, { whole: false }));
    const bundles = this.#bundles;
    const options = { documents, releases, bundles, random, whole: whole || round % 5 === 0 };
    figures.violations.push(...(await checkSearches(client, collection, options)));
    figures.searchesChecked += 1;
  }

  #targets(round: number) {
    return {
      client: this.#server!.client,
      collection,
      documents: this.#documents,
      events: this.#events,
      releases: this.#releases,
      journal: this.#journal,
      bundles: this.#bundles,
      round,
    };
  }

  async #loadAndKill(round: number, random: Random): Promise<CrashLoad> {
    const server = this.#server!;
    const load = new CrashLoad(this.#targets(round));
    let killed = false;
    load.onLost = (error) => {
      if (!killed) load.wrong.push(`Before the kill: ${error.message}\n${server.errors}`);
    };
    load.start(random);
    const kind = random.next();
    const promotes = kind < 0.45;
    await sleep(random.between(20, promotes ? 100 : 400));
    let promotion: Promise<void> | undefined;
    if (promotes) {
      promotion = load.promote(random).catch((error: Error) => {
        if (!killed) load.wrong.push(`A promotion failed: ${error.message}`);
      });
      // In its middle, or soon after it was acknowledged.
      if (kind < 0.25) await Promise.race([promotion, sleep(random.between(0, 2 * this.#promotionMs))]);
      else {
        const startedAt = performance.now();
        await promotion;
        this.#promotionMs = Math.min(2_000, performance.now() - startedAt);
        await sleep(random.between(0, 50));
      }
      if (this.#releases.isUnderWay) this.#figures.killsInPromotion += 1;
    }
    killed = true;
    await server.kill();
    this.#figures.kills += 1;
    await load.end();
    await promotion;
    return load;
  }

  async #killAtStart(random: Random): Promise<void> {
    const server = new ServerProcess(this.#data);
    await sleep(random.between(0, Math.round(this.#startMs * 1.1)));
    await server.kill();
    this.#figures.kills += 1;
    this.#figures.killsAtStart += 1;
  }

  async #restart(): Promise<ServerProcess> {
    const startedAt = performance.now();
    this.#server = await ServerProcess.ready(this.#data, {}, this.#options.readyWithinMs);
    this.#startMs = performance.now() - startedAt;
    this.#figures.restarts += 1;
    this.#figures.slowestRestartMs = Math.max(this.#figures.slowestRestartMs, this.#startMs);
    return this.#server;
  }

  /** The server is dead: every row of the store is read and compared with its checksum. */
  async #verify(): Promise<void> {
    const store = await Store.open(this.#data);
    try {
      const { damage } = await store.verify();
      for (const { file, what } of damage)
        this.#figures.violations.push(`verify found damage: ${file}: ${what}`);
      this.#figures.verified += 1;
    } finally {
      await store.close();
    }
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
