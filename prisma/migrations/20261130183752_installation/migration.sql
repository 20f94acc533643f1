-- Which installation this is, and on which server it was last seen: a restore or a failover shows in it.
CREATE TABLE "installation" (
    "only" BOOLEAN NOT NULL DEFAULT true,
    "id" UUID NOT NULL,
    "server" TEXT NOT NULL,

    CONSTRAINT "installation_pkey" PRIMARY KEY ("only"),
    CONSTRAINT "installation_only_one" CHECK ("only")
);
