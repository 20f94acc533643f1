import { RecloserError } from '@recloser/protocol';
import type { FastifyReply } from 'fastify';

/** The part of an answer that takes a header. */
export type Reply = Pick<FastifyReply, 'header'>;

/** The revision that an If-Match header names. @throws RecloserError precondition_required, invalid_request */
export function revisionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) {
    throw new RecloserError(
      'precondition_required',
      'Send If-Match with the ETag of what you read, so that nobody else’s edit is overwritten.',
    );
  }
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifMatch.trim())?.[1];
  if (digits === undefined) {
    throw new RecloserError(
      'invalid_request',
      'If-Match must be one ETag as it was read, such as "3".',
    );
  }
  return Number(digits);
}

/** Gives the answer the ETag that an edit of `stored` has to name. */
export function setEtag(reply: Reply, stored: { readonly revision: number }): void {
  void reply.header('etag', `"${stored.revision}"`);
}
