import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
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
import { ScopeService, type ScopeParams } from '../projects/scope.service.js';
import { csvLines, jsonLines } from './audit-export.js';

/** Who changed what, why, and on what evidence. */
@Controller('v1/projects/:project/environments/:environment/audit')
export class AuditController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(ScopeService) private readonly scope: ScopeService,
  ) {}

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List audit events, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  })
  async list(
    @Param() params: ScopeParams,
    @Query(new ParsePipe(auditQuerySchema)) query: AuditQuery,
  ): Promise<AuditPage> {
    return pageOf(this.db, (await this.scope.environment(params)).id, query);
  }

  @Get('export')
  @Operation({
    access: 'viewer',
    summary: 'All events that match, the oldest first, as JSON lines or CSV',
    query: auditExportQuerySchema,
  })
  async export(
    @Param() params: ScopeParams,
    @Query(new ParsePipe(auditExportQuerySchema)) { format, ...filter }: AuditExportQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id: chain } = await this.scope.environment(params);
    const events = this.db.audit.stream({ chain, ...filter });
    const csv = format === 'csv';
    const name = `recloser-audit-${params.project}-${params.environment}.${format}`;
    await reply
      .type(csv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`)
      .send(Readable.from(csv ? csvLines(events) : jsonLines(events)));
  }

  @Get('verify')
  @Operation({
    access: 'viewer',
    summary: 'Read the whole hash chain and check every link',
    answer: auditVerificationSchema,
  })
  async verify(@Param() params: ScopeParams): Promise<AuditVerification> {
    return this.db.audit.verify((await this.scope.environment(params)).id);
  }

  @Get(':id')
  @Operation({ access: 'viewer', summary: 'One audit event', answer: auditEntrySchema })
  async read(@Param() params: ScopeParams & { readonly id: string }): Promise<AuditEntry> {
    const { id: chain } = await this.scope.environment(params);
    const entry = await this.db.audit.get(chain, params.id);
    if (entry) return entry;
    throw new RecloserError('not_found', 'There is no such event in this environment’s audit log.');
  }
}

/** What belongs to no environment: sign-ins, people, projects. */
@Controller('v1/audit')
export class SystemAuditController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({
    access: 'admin',
    summary: 'List events of sign-ins, people and projects, the newest first',
    query: auditQuerySchema,
    answer: auditPageSchema,
  })
  list(@Query(new ParsePipe(auditQuerySchema)) query: AuditQuery): Promise<AuditPage> {
    return pageOf(this.db, 'system', query);
  }

  @Get('verify')
  @Operation({
    access: 'admin',
    summary: 'Check the hash chain of these events',
    answer: auditVerificationSchema,
  })
  verify(): Promise<AuditVerification> {
    return this.db.audit.verify('system');
  }
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
