export { SYSTEM_CHAIN } from './audit/chain.js';
export {
  AUDIT_FORMAT,
  auditHash,
  canonicalJson,
  GENESIS,
  headerBytes,
  type AuditHeader,
} from './audit/format.js';
export type {
  Audit,
  AuditExportLine,
  AuditFilter,
  AuditListing,
  SystemEvent,
} from './audit/reader.js';
export {
  createDatabase,
  type AuthAdapter,
  type Database,
  type DatabaseOptions,
} from './database.js';
export { ENUMS_AGREE } from './enums.js';
export {
  diagnoseMigrations,
  migrate,
  type Diagnosis,
  type MigrateOptions,
  type MigrateResult,
} from './migrations/migrate.js';
export type { NewBreaker } from './repositories/breaker-create.js';
export type { Discovery } from './repositories/breaker-discover.js';
export type { BreakerEdit } from './repositories/breaker-edit.js';
export type { BreakerFilter, BreakerListing } from './repositories/breaker-list.js';
export type { BreakerChange } from './repositories/breaker-rows.js';
export type { Breakers } from './repositories/breakers.js';
export {
  CHANGES_KEPT_MS,
  type ChangeEntry,
  type Changes,
  type ChangesSince,
} from './repositories/changes.js';
export type { ChannelHeader, ClaimedChannel } from './repositories/channel-delivery.js';
export type { ChannelEdit, Channels, NewChannel } from './repositories/channels.js';
export type { Environments, NewEnvironment } from './repositories/environments.js';
export type { EnvironmentSettings, ImportPlan, Imported, Imports } from './repositories/imports.js';
export type { Installation } from './repositories/installation.js';
export type {
  InstanceFilter,
  InstanceListing,
  Instances,
  SeenInstance,
} from './repositories/instances.js';
export type { Authentication, KeyHolder, Keys } from './repositories/keys.js';
export type { CorrelatedEdit, Openings, StoredCorrelated } from './repositories/openings.js';
export type { People } from './repositories/people.js';
export type { LatencyPoint, Rollup, Rollups, RollupSpan } from './repositories/rollups.js';
export type { StoredSegment, UsedSegment } from './repositories/segment-rows.js';
export type { NewSegment, SegmentEdit, Segments } from './repositories/segments.js';
export type { Services, ServiceUse } from './repositories/services.js';
export type { ScheduleEdit, Schedules, StoredSchedule } from './repositories/schedules.js';
export type {
  CommitResult,
  DueBreaker,
  NextEvaluation,
  Snapshot,
  States,
} from './repositories/states.js';
export type { Views } from './repositories/views.js';
export { afterTransition } from './rows/after-transition.js';
export { viewOf, type ViewSource } from './rows/breaker-view.js';
export type {
  BreakerMeta,
  CommitChange,
  CommittedChange,
  Decision,
  EnvironmentHead,
  LastTransition,
  LoadedBreaker,
  LockedBreaker,
  Reschedule,
  StoredEnvironment,
} from './rows/model.js';
