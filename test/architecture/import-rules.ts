/** Who may import whom: the picture of docs/architecture.md as data. What is not listed may not be imported. */
export const packageImports: Record<string, string[]> = {
  errors: [],
  files: ['errors'],
  binding: ['errors'],
  data: ['errors', 'files'],
  evaluate: ['errors'],
  encode: ['binding', 'errors', 'files'],
  search: ['binding', 'errors', 'files'],
  train: ['binding', 'encode', 'errors', 'files'],
  report: ['data', 'errors', 'evaluate'],
  loop: ['binding', 'data', 'encode', 'errors', 'evaluate', 'files', 'search', 'train'],
  store: ['errors'],
  service: ['binding', 'data', 'encode', 'errors', 'evaluate', 'files', 'loop', 'search', 'store', 'train'],
  server: ['errors', 'service', 'store'],
  client: [],
  cli: [
    'binding',
    'client',
    'data',
    'encode',
    'errors',
    'evaluate',
    'files',
    'loop',
    'report',
    'search',
    'server',
    'service',
    'store',
    'train',
  ],
};

/** A layer of the core may include itself and the layers listed. `include` is native/include/attune. */
export const nativeIncludes: Record<string, string[]> = {
  include: [],
  kernels: [],
  runtime: ['kernels', 'include'],
  search: ['runtime', 'kernels', 'include'],
  encoder: ['runtime', 'kernels', 'include'],
  train: ['encoder', 'runtime', 'kernels', 'include'],
  binding: ['search', 'encoder', 'train', 'runtime', 'kernels', 'include'],
};
