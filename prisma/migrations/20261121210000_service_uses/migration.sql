-- CreateTable
CREATE TABLE "service_use" (
    "environment_id" UUID NOT NULL,
    "breaker_key" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "service_use_pkey" PRIMARY KEY ("environment_id","breaker_key","service")
);

-- AddForeignKey
ALTER TABLE "service_use" ADD CONSTRAINT "service_use_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
