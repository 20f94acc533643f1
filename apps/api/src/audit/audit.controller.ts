import { Controller, Inject, Param, Query, Res } from '@nestjs/common';
import { SYSTEM_CHAIN, type Database } from '@recloser/db';
import {
  contract,
  RecloserError,
  type AuditEntry,
  type AuditExportQuery,
  type AuditPage,
  type AuditQuery,
  type AuditVerification,
} from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { csvLines, jsonLines } from './audit-export.js';

/** Who changed what, why, and on what evidence. */
@Controller()
export class AuditController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.audit.list)
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query() query: AuditQuery,
  ): Promise<AuditPage> {
    return pageOf(this.db, id, query);
  }

  @Route(contract.audit.export)
  async export(
    @Environment() environment: EnvironmentRef,
    @Query() { format, ...filter }: AuditExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = this.db.audit.stream({ chain: environment.id, ...filter });
    await sendFile(reply, `${environment.project}-${environment.key}`, format, events);
  }

  @Route(contract.audit.verify)
  async verify(@Environment() { id }: EnvironmentRef): Promise<AuditVerification> {
    return this.db.audit.verify(id);
  }

  @Route(contract.audit.read)
  async read(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<AuditEntry> {
    return entryOf(this.db, environmentId, id);
  }
}

/** What belongs to no environment: sign-ins, people, projects, SDK keys. */
@Controller()
export class SystemAuditController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.systemAudit.list)
  list(@Query() query: AuditQuery): Promise<AuditPage> {
    return pageOf(this.db, SYSTEM_CHAIN, query);
  }

  @Route(contract.systemAudit.export)
  async export(
    @Query() { format, ...filter }: AuditExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(
      reply,
      'system',
      format,
      this.db.audit.stream({ chain: SYSTEM_CHAIN, ...filter }),
    );
  }

  @Route(contract.systemAudit.verify)
  verify(): Promise<AuditVerification> {
    return this.db.audit.verify(SYSTEM_CHAIN);
  }

  @Route(contract.systemAudit.read)
  read(@Param('id') id: string): Promise<AuditEntry> {
    return entryOf(this.db, SYSTEM_CHAIN, id);
  }
}

async function entryOf(db: Database, chain: string, id: string): Promise<AuditEntry> {
  const entry = await db.audit.get(chain, id);
  if (entry) return entry;
  throw new RecloserError('not_found', 'There is no such event in this audit log.');
}

async function sendFile(
  reply: FastifyReply,
  log: string,
  format: AuditExportQuery['format'],
  events: ReturnType<Database['audit']['stream']>,
): Promise<void> {
  const csv = format === 'csv';
  const name = `recloser-audit-${log}.${format}`;
  await reply
    .type(csv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`)
    .send(Readable.from(csv ? csvLines(events) : jsonLines(events)));
}

async function pageOf(
  db: Database,
  chain: string,
  { cursor, limit, ...filter }: AuditQuery,
): Promise<AuditPage> {
  const place = { cursor: decodeCursor(cursor), limit };
  const { items, next } = await db.audit.list({ chain, ...filter }, place);
  return { items: [...items], nextCursor: next === null ? null : encodeCursor(next) };
}
