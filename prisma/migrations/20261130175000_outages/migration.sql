-- AlterTable
ALTER TABLE "breaker_state" ADD COLUMN     "outage" JSONB;

-- Lists of the audit log fold failed probe rounds, of which there may be one a second: these indexes skip them and count
-- them. The actions are those of PROBE_ROUND_CAUSES.
CREATE INDEX "audit_event_unfolded_idx" ON "audit_event"("chain", "chain_seq")
    WHERE "action" NOT IN ('transition.cool_down_ended', 'transition.probe_failed', 'transition.probe_reissued');
CREATE INDEX "audit_event_breaker_unfolded_idx" ON "audit_event"("chain", "breaker_key", "chain_seq")
    WHERE "action" NOT IN ('transition.cool_down_ended', 'transition.probe_failed', 'transition.probe_reissued');
CREATE INDEX "audit_event_failed_rounds_idx" ON "audit_event"("chain", "breaker_key", "chain_seq") INCLUDE ("at")
    WHERE "action" = 'transition.probe_failed';
