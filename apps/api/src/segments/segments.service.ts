import { Inject, Injectable } from '@nestjs/common';
import { type Segment, validateSegment } from '@recloser/core';
import type { Database, EnvironmentHead, SegmentEdit, UsedSegment } from '@recloser/db';
import {
  RecloserError,
  type Actor,
  type ChangedSegment,
  type CreateSegment,
  type SegmentInfo,
} from '@recloser/protocol';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';

@Injectable()
export class SegmentsService {
  readonly #db: Database;
  readonly #replicas: EnvironmentReplicas;

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
  ) {
    this.#db = db;
    this.#replicas = replicas;
  }

  async list(environmentId: string): Promise<SegmentInfo[]> {
    return (await this.#db.segments.list(environmentId)).map(infoOf);
  }

  /** @throws RecloserError unknown_segment */
  async read(environmentId: string, key: string): Promise<SegmentInfo> {
    return infoOf(await this.#db.segments.get(environmentId, key));
  }

  /** @throws RecloserError invalid_segment, already_exists, limit_reached */
  async create(environmentId: string, actor: Actor, input: CreateSegment): Promise<ChangedSegment> {
    checkSegment(input);
    const head = await this.#db.segments.create(environmentId, actor, input);
    return this.#changed(environmentId, input.key, head);
  }

  /** @throws RecloserError invalid_segment, unknown_segment, version_conflict, invalid_rules */
  async edit(
    environmentId: string,
    actor: Actor,
    key: string,
    edit: SegmentEdit,
  ): Promise<ChangedSegment> {
    if (edit.clauses !== undefined) checkSegment({ key, clauses: edit.clauses });
    const head = await this.#db.segments.edit(environmentId, actor, key, edit);
    return this.#changed(environmentId, key, head);
  }

  /** @throws RecloserError unknown_segment, segment_in_use */
  async remove(
    environmentId: string,
    actor: Actor,
    key: string,
    reason: string,
  ): Promise<{ seq: number }> {
    const head = await this.#db.segments.remove(environmentId, actor, key, reason);
    return { seq: head.seq };
  }

  async #changed(
    environmentId: string,
    key: string,
    head: EnvironmentHead,
  ): Promise<ChangedSegment> {
    await this.#replicas.announce([head]);
    return { seq: head.seq, segment: await this.read(environmentId, key) };
  }
}

/** @throws RecloserError invalid_segment */
function checkSegment(segment: Segment): void {
  const problems = validateSegment(segment);
  const [first] = problems;
  if (first)
    throw new RecloserError('invalid_segment', `${first.path}: ${first.message}`, { problems });
}

function infoOf({ clauses, usedBy, counts, ...segment }: UsedSegment): SegmentInfo {
  const short = counts === undefined ? {} : { counts: [...counts] };
  return { ...segment, ...short, clauses: clauses.map(copyOf), usedBy: [...usedBy] };
}

function copyOf(clause: UsedSegment['clauses'][number]): SegmentInfo['clauses'][number] {
  return { ...clause, values: [...clause.values] };
}
