-- AlterTable
ALTER TABLE "channel" ADD COLUMN     "headers" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "previous_secret" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "previous_until" TIMESTAMPTZ(3),
ADD COLUMN     "stopped_at" TIMESTAMPTZ(3),
ADD COLUMN     "stopped_why" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "set_aside" (
    "channel_id" UUID NOT NULL,
    "chain_seq" BIGINT NOT NULL,
    "event_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "breaker" TEXT,
    "happened_at" TIMESTAMPTZ(3) NOT NULL,
    "set_aside_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL,
    "why" TEXT NOT NULL,

    CONSTRAINT "set_aside_pkey" PRIMARY KEY ("channel_id","chain_seq")
);

-- AddForeignKey
ALTER TABLE "set_aside" ADD CONSTRAINT "set_aside_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;
