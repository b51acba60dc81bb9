import { join } from 'node:path';
import { type Client, createClient, type Job } from '@attune/client';
import { type GateReport, gateReportOf } from '@attune/report';
import type { MainJobResult } from '@attune/tune';
import { addCycleDatasets } from './datasets.js';
import type { StartServer } from './demo-server.js';
import { fillCollection } from './fill.js';
import { serviceFolder } from './service-folder.js';

export interface LearnAgainOptions {
  out: string;
  /** Of the collection and the datasets. */
  name: string;
  queries: readonly string[];
  startServer: StartServer;
  onStep(detail: string): void;
  watch(client: Client, job: Job): Promise<Job>;
}

export interface LearntAgain {
  collection: string;
  /** What was searched for over HTTP, and what was clicked. */
  feedback: { query: string; queryId: string; shown: number; clicked: string | null }[];
  gate: GateReport;
  candidate: string | null;
  outcome: string;
  seconds: number;
}

const shown = 10;

/**
 * The loop once round, as a shop would go: serves the tuned model, searches over HTTP, says what was clicked, and runs a cycle that
 * learns from the log and these events. Three searches are no feedback to decide by, and the gate says so.
 */
export async function learnAgain(result: MainJobResult, options: LearnAgainOptions): Promise<LearntAgain> {
  const { out, name, onStep } = options;
  const startedAt = performance.now();
  const data = serviceFolder(out);
  onStep('starting the server');
  const server = await options.startServer({ data, port: 0 });
  try {
    const { service } = server;
    onStep('filling a collection');
    await service.models.import(`${name}-base`, result.tuning.base.path);
    await service.models.import(`${name}-tuned`, join(out, result.files.bundle));
    const { documents } = result.dataset;
    await fillCollection(service, name, { bundle: `${name}-base`, documents });
    const { golden, log } = await addCycleDatasets(service, result.dataset, { prefix: name, folder: out });

    const client = createClient({ url: server.url });
    onStep('promoting the tuned model');
    await client.collections.promote(name, `${name}-tuned`);
    await client.collections.configure(name, {
      golden: { dataset: golden.dataset, slice: golden.slice },
      learning: { datasets: [log] },
    });
    onStep('searching and clicking');
    const feedback: LearntAgain['feedback'] = [];
    for (const query of options.queries) feedback.push(await searchAndClick(client, name, query));

    const job = await options.watch(client, await client.jobs.start({ kind: 'cycle', collection: name }));
    const decision = await client.collections.decision(name, job.id);
    const { candidate = null, outcome = '' } = (job.result ?? {}) as Partial<LearntAgain>;
    return {
      collection: name,
      feedback,
      gate: gateReportOf(decision, {
        serving: `${name}-tuned`,
        golden: { name: `${golden.dataset}/${golden.slice}`, queries: golden.queries },
      }),
      candidate,
      outcome,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await server.close();
  }
}

/** A search, what it showed, and a click on its first answer. */
async function searchAndClick(client: Client, collection: string, query: string) {
  const answer = await client.search(collection, { text: query, limit: shown });
  const event = (action: string, id: string, rank: number) => ({
    action_name: action,
    query_id: answer.query_id,
    timestamp: new Date().toISOString(),
    client_id: 'demo',
    event_attributes: { object: { object_id: id }, position: { ordinal: rank } },
  });
  const clicked = answer.hits[0]?.id ?? null;
  const events = answer.hits.map(({ id }, i) => event('impression', id, i + 1));
  if (clicked !== null) events.push(event('click', clicked, 1));
  if (events.length > 0) await client.events.send(events);
  return { query, queryId: answer.query_id, shown: answer.hits.length, clicked };
}

/** What happened before the gate spoke. */
export function againText({ collection, feedback, seconds }: LearntAgain): string {
  const clicks = feedback.map(({ query, clicked }) => `“${query}”: ${clicked ?? 'nothing found'}`).join(', ');
  return (
    `Served as the collection ${collection} over HTTP, searched ${feedback.length} times, the first answer clicked (${clicks}); ` +
    `then a cycle learnt from the log and these events. ${seconds.toFixed(0)} s in all. The gate says:\n`
  );
}
