-- AlterTable: without a default, so that no row is rewritten; what was written before has none.
ALTER TABLE "metric_rollup" ADD COLUMN     "latency" BYTEA;
