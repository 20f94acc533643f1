import { Controller, Get, Res } from '@nestjs/common';
import { RecloserError } from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Operation } from '../common/operation.js';

const GZIP = 'application/gzip';
const require = createRequire(import.meta.url);
const manifest = require.resolve('@recloser/sdk/package.json');
const { version } = require(manifest) as { readonly version: string };
/** The name of the file with its version, as `npm pack` gives it. */
export const PACKED = `recloser-sdk-${version}.tgz`;

/** The SDK that was built with this control plane, for `npm install http://…/sdk/recloser-sdk.tgz`. */
@Controller('sdk')
export class PackageController {
  @Get('recloser-sdk.tgz')
  @Operation({
    access: 'public',
    summary: 'The SDK of this version as an npm package',
    file: [GZIP],
  })
  latest(@Res() reply: FastifyReply): Promise<void> {
    return sendPacked(reply);
  }

  @Get(PACKED)
  @Operation({ access: 'public', summary: 'The same, by its version', file: [GZIP] })
  versioned(@Res() reply: FastifyReply): Promise<void> {
    return sendPacked(reply);
  }
}

/** @throws RecloserError `unavailable`: this installation was built without it */
async function sendPacked(reply: FastifyReply): Promise<void> {
  const bytes = await readFile(join(dirname(manifest), 'dist', PACKED)).catch((error: unknown) => {
    const message = 'The SDK is not built here. Run "npm run build" where the control plane runs.';
    throw new RecloserError('unavailable', message, {}, error);
  });
  await reply.type(GZIP).send(bytes);
}
