/** The name of the bundle that a cycle makes: the collection's, as far as it fits, and the job's id. */
export function candidateName(collection: string, job: string): string {
  return `${collection.slice(0, 63 - job.length)}-${job}`;
}
