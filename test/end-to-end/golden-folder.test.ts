import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service, type ServiceOptions } from '@attune/service';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from './harness/repository.js';
import { ServerProcess } from './harness/server-process.js';

interface Answers {
  hits: Record<string, { id: string; score: number }[]>;
}

const golden = join(root, 'test/golden/data-folder');
const { answersOf } = (await import(join(golden, 'answers.mjs'))) as {
  answersOf(service: Service): Promise<Answers>;
};
const commits = readdirSync(golden)
  .filter((name) => name.endsWith('.tar.gz'))
  .map((name) => name.slice(0, -'.tar.gz'.length));
const place = mkdtempSync(join(tmpdir(), 'attune-golden-folder-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function unpacked(commit: string, name: string): string {
  const folder = join(place, `${commit}-${name}`);
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', join(golden, `${commit}.tar.gz`), '-C', folder]);
  return folder;
}

/** Scores differ in their last digits by the CPU's level. */
const rounded = ({ hits, ...others }: Answers) => ({
  ...others,
  hits: Object.fromEntries(
    Object.entries(hits).map(([name, found]) => [
      name,
      found.map(({ id, score }) => ({ id, score: score.toFixed(4) })),
    ]),
  ),
});

async function expectAnswers(commit: string, folder: string, options: ServiceOptions = {}): Promise<Service> {
  const service = await Service.open(folder, options);
  await service.whenReady('shop');
  const expected = JSON.parse(readFileSync(join(golden, `${commit}.json`), 'utf8')) as Answers;
  expect(rounded(await answersOf(service))).toEqual(rounded(expected));
  return service;
}

it('there are data folders of commits before', () => expect(commits.length).toBeGreaterThan(0));

describe.each(commits)('a data folder that commit %s wrote', (commit) => {
  it('answers as it did, its index as it lies there', async () => {
    const complaints: string[] = [];
    const log = (level: string, message: string) => {
      if (level !== 'info') complaints.push(message);
    };
    const service = await expectAnswers(commit, unpacked(commit, 'read'), { log });
    expect(complaints).toEqual([]);
    expect((await service.store.verify()).damage).toEqual([]);
    await service.close();
  });

  it('keeps what it had, and what is written to it now, through kills at any moment', async () => {
    const folder = unpacked(commit, 'killed');
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; ++round) {
      const server = await ServerProcess.ready(folder);
      const { client } = server;
      if (round === 0) await client.json('/v1/collections', { body: { name: 'more', bundle: 'tiny' } });
      const killed = new Promise((resolve) => setTimeout(resolve, 100 + 150 * round)).then(() =>
        server.kill(),
      );
      const write = async (writer: number) => {
        for (let i = 0; ; ++i) {
          const id = `${round}-${writer}-${i}`;
          const body = { fields: { title: 'red rug' } };
          const path = `/v1/collections/more/documents/${id}`;
          const answer = await client.call(path, { method: 'PUT', body }).catch(() => undefined);
          if (answer === undefined) return;
          expect(answer.status).toBe(201);
          acknowledged.push(id);
        }
      };
      await Promise.all([killed, ...[0, 1, 2, 3].map(write)]);
    }
    expect(acknowledged.length).toBeGreaterThan(10);
    const service = await expectAnswers(commit, folder);
    const { documents } = await service.documents('more', { limit: 100_000 });
    const ids = new Set(documents.map(({ id }) => id));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await service.close();
  });
});
