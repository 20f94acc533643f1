-- AlterTable
ALTER TABLE "breaker" ADD COLUMN     "recovery_group" TEXT;
