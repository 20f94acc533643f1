-- AlterTable
ALTER TABLE "breaker_state" ADD COLUMN     "last_version" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "scopes" JSONB NOT NULL DEFAULT '[]';
