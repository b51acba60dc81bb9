/** Who may import whom: the picture of docs/architecture.md as data. What is not listed may not be imported. */
export const packageImports: Record<string, string[]> = {
  errors: [],
  binding: ['errors'],
  data: ['errors'],
  evaluate: ['errors'],
  encode: ['binding', 'errors'],
  search: ['binding', 'errors'],
  train: ['binding', 'encode', 'errors'],
  report: ['data', 'errors', 'evaluate'],
  loop: ['binding', 'data', 'encode', 'errors', 'evaluate', 'search', 'train'],
  store: ['errors'],
  service: ['binding', 'data', 'encode', 'errors', 'evaluate', 'loop', 'search', 'store', 'train'],
  server: ['errors', 'service', 'store'],
  client: [],
  cli: [
    'binding',
    'client',
    'data',
    'encode',
    'errors',
    'evaluate',
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
