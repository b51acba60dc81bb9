import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerApp } from '@attune/server';
import type { IconPicture } from '../icons/pictures.js';

// Beside this file's source, from src and from dist alike: the compiler copies no pages.
const file = new URL('../../src/page/page.html', import.meta.url);

const text = { type: 'string' } as const;
const open = { scope: 'open', bodyLimit: 0, timeoutMs: 5000 } as const;
const shape = '^[\\w-]{1,128}$';

/**
 * The demo's page at `/`, and the icons' pictures. The page may run its own script and style, ask its own server, and nothing else;
 * a picture that is opened by itself may do nothing at all.
 */
export function pageRoutes(
  pictureOf: (id: string) => IconPicture | undefined,
): (app: ServerApp) => Promise<void> {
  const page = readFileSync(file, 'utf8');
  const policy = contentPolicy(page);
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/',
      config: open,
      schema: {
        operationId: 'demoPage',
        summary: "The demo's page",
        hide: true,
        response: { 200: { content: { 'text/html': { schema: text } } } },
      },
      handler: async (_request, reply) =>
        reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
    });
    app.route({
      method: 'GET',
      url: '/demo/pictures/:set/:name.svg',
      config: open,
      schema: {
        operationId: 'demoPicture',
        summary: "An icon's picture",
        hide: true,
        params: {
          type: 'object',
          required: ['set', 'name'],
          properties: { set: { type: 'string', pattern: shape }, name: { type: 'string', pattern: shape } },
        },
        response: {
          200: { content: { 'image/svg+xml': { schema: text } } },
          404: { content: { 'image/svg+xml': { schema: text } } },
        },
      },
      handler: async (request, reply) => {
        const { set, name } = request.params as { set: string; name: string };
        const picture = pictureOf(`${set}/${name}`);
        reply
          .type('image/svg+xml')
          .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
          .header('cache-control', 'max-age=86400');
        if (picture === undefined) return reply.code(404).send(emptyPicture);
        return reply.send(picture.kind === 'svg' ? picture.svg : emojiPicture(picture.text));
      },
    });
  };
}

const namespace = 'xmlns="http://www.w3.org/2000/svg"';
const emptyPicture = `<svg ${namespace} viewBox="0 0 24 24"/>`;

/** The emoji as the reader's own font has it. */
const emojiPicture = (character: string) =>
  `<svg ${namespace} viewBox="0 0 24 24"><text x="12" y="19" font-size="19" text-anchor="middle">${character.replace(/[<&]/g, '')}</text></svg>`;

/** Allows what the page holds, by its hash, and its own server. */
export function contentPolicy(page: string): string {
  const hashesOf = (tag: string) =>
    [...page.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))]
      .map(([, content]) => `'sha256-${createHash('sha256').update(content!).digest('base64')}'`)
      .join(' ');
  return [
    "default-src 'none'",
    `script-src ${hashesOf('script')}`,
    `style-src ${hashesOf('style')}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
