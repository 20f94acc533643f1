import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { RecloserError } from '@recloser/protocol';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Operation } from '../common/operation.js';
import { DocsService } from './docs.service.js';

const require = createRequire(import.meta.url);
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

@Controller('docs')
export class DocsController {
  readonly #docs: DocsService;

  constructor(@Inject(DocsService) docs: DocsService) {
    this.#docs = docs;
  }

  @Get()
  @Operation({
    access: 'viewer',
    tokens: 'any',
    summary: 'The description of this API, to read and try',
    file: ['text/html'],
  })
  async page(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-security-policy', CSP).type('text/html; charset=utf-8').send(PAGE);
  }

  @Get('json')
  @Operation({
    access: 'viewer',
    tokens: 'any',
    summary: 'The description of this API as OpenAPI',
  })
  json(): OpenAPIObject {
    const document = this.#docs.get();
    if (!document) throw new RecloserError('unavailable', 'Starting: try again in a second.');
    return document;
  }

  @Get('start.js')
  @Operation({
    access: 'viewer',
    tokens: 'any',
    summary: 'A part of the page at /docs',
    file: ['text/javascript'],
  })
  async script(@Res() reply: FastifyReply): Promise<void> {
    await reply.type('text/javascript').send(SCRIPT);
  }

  @Get('assets/:name')
  @Operation({
    access: 'viewer',
    tokens: 'any',
    summary: 'A part of the page at /docs',
    file: Object.values(ASSETS),
  })
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
