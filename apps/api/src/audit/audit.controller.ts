import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { SYSTEM_CHAIN, type Database } from '@recloser/db';
import {
  RecloserError,
  auditEntrySchema,
  auditExportQuerySchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerificationSchema,
  type AuditEntry,
  type AuditExportQuery,
  type AuditPage,
  type AuditQuery,
  type AuditVerification,
} from '@recloser/protocol';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { csvLines, jsonLines } from './audit-export.js';

/** Who changed what, why, and on what evidence. */
@Controller('v1/projects/:project/environments/:environment/audit')
export class AuditController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List audit events, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  })
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query(new ParsePipe(auditQuerySchema)) query: AuditQuery,
  ): Promise<AuditPage> {
    return pageOf(this.db, id, query);
  }

  @Get('export')
  @Operation({
    access: 'viewer',
    summary: 'All events that match, the oldest first, as JSON lines or CSV',
    query: auditExportQuerySchema,
    file: ['application/jsonl', 'text/csv'],
  })
  async export(
    @Environment() environment: EnvironmentRef,
    @Query(new ParsePipe(auditExportQuerySchema)) { format, ...filter }: AuditExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const events = this.db.audit.stream({ chain: environment.id, ...filter });
    await sendFile(reply, `${environment.project}-${environment.key}`, format, events);
  }

  @Get('verify')
  @Operation({
    access: 'viewer',
    summary: 'Read the whole hash chain and check every link',
    answer: auditVerificationSchema,
  })
  async verify(@Environment() { id }: EnvironmentRef): Promise<AuditVerification> {
    return this.db.audit.verify(id);
  }

  @Get(':id')
  @Operation({ access: 'viewer', summary: 'One audit event', answer: auditEntrySchema })
  async read(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<AuditEntry> {
    return entryOf(this.db, environmentId, id);
  }
}

/** What belongs to no environment: sign-ins, people, projects, SDK keys. */
@Controller('v1/audit')
export class SystemAuditController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({
    access: 'admin',
    summary: 'List events of sign-ins, people, projects and SDK keys, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  })
  list(@Query(new ParsePipe(auditQuerySchema)) query: AuditQuery): Promise<AuditPage> {
    return pageOf(this.db, SYSTEM_CHAIN, query);
  }

  @Get('export')
  @Operation({
    access: 'admin',
    summary: 'All of these events that match, the oldest first, as JSON lines or CSV',
    query: auditExportQuerySchema,
    file: ['application/jsonl', 'text/csv'],
  })
  async export(
    @Query(new ParsePipe(auditExportQuerySchema)) { format, ...filter }: AuditExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendFile(
      reply,
      'system',
      format,
      this.db.audit.stream({ chain: SYSTEM_CHAIN, ...filter }),
    );
  }

  @Get('verify')
  @Operation({
    access: 'admin',
    summary: 'Check the hash chain of these events',
    answer: auditVerificationSchema,
  })
  verify(): Promise<AuditVerification> {
    return this.db.audit.verify(SYSTEM_CHAIN);
  }

  @Get(':id')
  @Operation({ access: 'admin', summary: 'One of these events', answer: auditEntrySchema })
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
