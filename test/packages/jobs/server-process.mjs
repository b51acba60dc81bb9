// A server that trains, to be killed: node server-process.mjs DATA REQUEST
import { Jobs } from '../../../packages/jobs/dist/index.js';
import { Datasets, finishJobs, Models } from '../../../packages/service/dist/index.js';
import { Store } from '../../../packages/store/dist/index.js';

const [folder, request] = process.argv.slice(2);
const store = await Store.open(folder);
const models = await Models.open({ store, folder });
const datasets = await Datasets.open({ store, folder });
const promote = () => Promise.reject(new Error('There is no collection here.'));
const jobs = await Jobs.open({ store, folder, finish: finishJobs({ store, models, datasets, promote }) });
jobs.begin();
const { id } = await jobs.start('train', JSON.parse(request));
jobs.watch(id, ({ job }) => {
  const { step, progress } = job;
  process.stdout.write(`${JSON.stringify({ id, pid: jobs.processOf(id), step, progress })}\n`);
});
