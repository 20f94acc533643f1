import type { Actor } from '@recloser/protocol';
import { createHash } from 'node:crypto';

/** `docs/audit.md` describes this format, so that an export can be verified without this code. */
export const AUDIT_FORMAT = 1;

/** What stands before the first event of a chain. */
export const GENESIS: Buffer = Buffer.alloc(32);

export interface AuditHeader {
  readonly chain: string;
  readonly chainSeq: number;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly environmentId: string | null;
  readonly breaker: string | null;
  readonly actor: Actor;
  readonly action: string;
  readonly reason: string;
  readonly seq: number | null;
}

/**
 * JSON with the members of every object in the order of their UTF-16 code units and without white space (as RFC 8785).
 * A member that is undefined is left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  let members = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The header's canonical bytes; `bodyBytes` ties the length of the body to it, so that the two cannot flow together. */
export function headerBytes(header: AuditHeader, bodyBytes: number): Buffer {
  const { actor } = header;
  return Buffer.from(
    canonicalJson({
      action: header.action,
      actor: { id: actor.id, kind: actor.kind, name: actor.name },
      at: header.at,
      bodyBytes,
      breaker: header.breaker,
      chain: header.chain,
      chainSeq: header.chainSeq,
      environmentId: header.environmentId,
      format: AUDIT_FORMAT,
      id: header.id,
      reason: header.reason,
      seq: header.seq,
    }),
  );
}

/** SHA-256 over the hash before, the header and the body. */
export function auditHash(prev: Uint8Array, header: AuditHeader, body: Uint8Array): Buffer {
  return createHash('sha256')
    .update(prev)
    .update(headerBytes(header, body.length))
    .update(body)
    .digest();
}

/** Text as PostgreSQL gives it back: without NUL, and half surrogate pairs as U+FFFD. */
export function storable(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\uFFFD')).toString();
}
