import { Controller, Res } from '@nestjs/common';
import { contract, RecloserError } from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Route } from '../common/route.decorator.js';

const GZIP = 'application/gzip';
const require = createRequire(import.meta.url);
const manifest = require.resolve('@recloser/sdk/package.json');
const { version } = require(manifest) as { readonly version: string };
/** The name of the file with its version, as `npm pack` gives it. */
export const PACKED = `recloser-sdk-${version}.tgz`;

/** The SDK that was built with this control plane, for `npm install http://…/sdk/recloser-sdk.tgz`. */
@Controller()
export class PackageController {
  @Route(contract.sdk.package)
  latest(@Res() reply: FastifyReply): Promise<void> {
    return sendPacked(reply);
  }

  @Route({
    ...contract.sdk.package,
    path: `/sdk/${PACKED}`,
    summary: 'The same, by its version',
  })
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
