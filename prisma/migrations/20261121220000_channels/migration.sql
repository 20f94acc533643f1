-- CreateTable
CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "events" TEXT[],
    "tags" TEXT[],
    "paused" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "told_seq" BIGINT NOT NULL,
    "leased_until" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "why" TEXT NOT NULL DEFAULT '',
    "last_sent_at" TIMESTAMPTZ(3),
    "test_asked_at" TIMESTAMPTZ(3),
    "test_done_at" TIMESTAMPTZ(3),
    "test_why" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "channel_environment_id_name_key" ON "channel"("environment_id", "name");

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
