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
export type { NewBreaker } from './breakers/breaker-create.js';
export type { Discovery } from './breakers/breaker-discover.js';
export type { BreakerEdit } from './breakers/breaker-edit.js';
export type { BreakerFilter, BreakerListing } from './breakers/breaker-list.js';
export type { BreakerChange } from './breakers/breaker-rows.js';
export type { Breakers } from './breakers/breakers.js';
export {
  CHANGES_KEPT_MS,
  type ChangeEntry,
  type Changes,
  type ChangesSince,
} from './breakers/changes.js';
export type { ChannelHeader, ClaimedChannel } from './settings/channel-delivery.js';
export type { ChannelEdit, Channels, NewChannel } from './settings/channels.js';
export type { Environments, NewEnvironment } from './settings/environments.js';
export type {
  EnvironmentSettings,
  ImportPlan,
  Imported,
  Imports,
  SettingsStamp,
} from './settings/imports.js';
export {
  archivedBreaker,
  type IncomingTriggers,
  type NewTrigger,
  type TriggerAuthentication,
  type TriggerDecision,
  type TriggerHolder,
} from './settings/incoming-triggers.js';
export type { Installation } from './people/installation.js';
export type {
  InstanceFilter,
  InstanceListing,
  Instances,
  SeenInstance,
} from './fleet/instances.js';
export type { Authentication, KeyHolder, Keys } from './people/keys.js';
export type { ApiTokens, NewToken, TokenAuthentication, TokenHolder } from './people/api-tokens.js';
export type { CorrelatedEdit, Openings, StoredCorrelated } from './breakers/openings.js';
export type { People } from './people/people.js';
export type { LatencyPoint, Rollup, Rollups, RollupSpan } from './breakers/rollups.js';
export type { StoredSegment, UsedSegment } from './settings/segment-rows.js';
export type { NewSegment, SegmentEdit, Segments } from './settings/segments.js';
export type { Services, ServiceUse } from './fleet/services.js';
export type { ScheduleEdit, Schedules, StoredSchedule } from './settings/schedules.js';
export type {
  CommitResult,
  DueBreaker,
  NextEvaluation,
  Snapshot,
  States,
} from './breakers/states.js';
export type { Views } from './settings/views.js';
export { afterTransition } from './breakers/after-transition.js';
export { viewOf, type ViewSource } from './breakers/breaker-view.js';
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
