import { consoleFiles, contentSecurityPolicy } from '@attune/console';
import { Type } from '@attune/schema/typebox';
import type { ServerApp } from '../route.js';

/** The web page at `/`, and the files that it loads: a route each, so no path reaches any other file. */
export async function consoleRoutes(app: ServerApp): Promise<void> {
  for (const { path, type, contents } of consoleFiles()) {
    app.route({
      method: 'GET',
      url: path,
      config: { scope: 'open', bodyLimit: 0, timeoutMs: 5000 },
      schema: {
        operationId: `console${path.replaceAll(/\W+/g, '_')}`,
        summary: 'A file of the web page',
        hide: true,
        response: { 200: { content: { [type.split(';')[0]!]: { schema: Type.String() } } } },
      },
      handler: async (_request, reply) =>
        reply
          .type(type)
          .header('content-security-policy', contentSecurityPolicy)
          .header('referrer-policy', 'no-referrer')
          .send(contents),
    });
  }
}
