-- AlterTable
ALTER TABLE "environment" ADD COLUMN     "correlated_breakers" INTEGER DEFAULT 5,
ADD COLUMN     "correlated_share" DOUBLE PRECISION NOT NULL DEFAULT 0.5,
ADD COLUMN     "correlated_wait_ms" INTEGER NOT NULL DEFAULT 2000,
ADD COLUMN     "openings_hold" JSONB,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 1;
