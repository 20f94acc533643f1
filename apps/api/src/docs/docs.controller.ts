import { Controller, Inject, Param, Res } from '@nestjs/common';
import { contract, RecloserError } from '@recloser/protocol';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Route } from '../common/route.decorator.js';
import { DocsService } from './docs.service.js';

const require = createRequire(import.meta.url);
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

@Controller()
export class DocsController {
  readonly #docs: DocsService;

  constructor(@Inject(DocsService) docs: DocsService) {
    this.#docs = docs;
  }

  @Route(contract.docs.page)
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-security-policy', CSP).type('text/html; charset=utf-8').send(PAGE);
  }

  @Route(contract.docs.document)
  json(): OpenAPIObject {
    const document = this.#docs.get();
    if (!document) throw new RecloserError('unavailable', 'Starting: try again in a second.');
    return document;
  }

  @Route(contract.docs.script)
  async script(@Res() reply: FastifyReply): Promise<void> {
    await reply.type('text/javascript').send(SCRIPT);
  }

  @Route(contract.docs.asset)
  async asset(@Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    const type = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (type === undefined) throw new RecloserError('not_found', 'There is no such file.');
    const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
    await reply.type(type).send(createReadStream(join(folder, name)));
  }
}

const SCRIPT = `SwaggerUIBundle({ url: '/docs/json', dom_id: '#docs', deepLinking: true, tryItOutEnabled: true });\n`;

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recloser API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<body>
<main id="docs"></main>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
