import { testPostgres, type TestServer } from '@recloser/testing';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../database.js';
import { anna, toggle } from '../spec/fixture.js';
import { signIn } from '../spec/sign-in.js';
import { withSchemaEngine } from './engine.js';
import { PRISMA_FOLDER, readMigrations, readSchema } from './folder.js';
import { createMigration, diagnoseMigrations, migrate } from './migrate.js';
import { MARK_APPLIED } from './unfinished.js';

let server: TestServer;
let admin: pg.Client;

beforeEach(async () => {
  server = await testPostgres();
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await server.close();
});

/** What is left of a process that died while it applied a migration. */
async function begun(name: string): Promise<void> {
  await admin.query(`CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY NOT NULL,
    checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
    rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0)`);
  await admin.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('1', 'x', $1)`,
    [name],
  );
}

const filters = { externalTables: [], externalEnums: [] };

describe('migrate', () => {
  it('applies every migration once, and leaves what `prisma migrate` would', async () => {
    const list = await readMigrations();
    const names = list.migrationDirectories.map(({ path }) => path);
    expect(names.length).toBeGreaterThan(0);
    expect(await migrate(server.url)).toEqual({ applied: names });
    expect(await migrate(server.url)).toEqual({ applied: [] });
    const { rows } = await admin.query(
      `SELECT migration_name AS name, checksum, applied_steps_count AS steps FROM _prisma_migrations
       WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
    );
    expect(rows).toEqual(
      list.migrationDirectories.map(({ path, migrationFile: { content } }) => ({
        name: path,
        checksum: createHash('sha256').update(content.value).digest('hex'),
        steps: 1,
      })),
    );
  });

  it('agrees with schema.prisma, also once there are partitions', async () => {
    expect((await diagnoseMigrations(server.url)).pending).not.toEqual([]);
    await migrate(server.url);
    await admin.query(`SELECT recloser_ensure_rollup_partitions(current_date, 3)`);
    const nothing = { pending: [], failed: [], edited: [], drift: '' };
    expect(await diagnoseMigrations(server.url)).toEqual(nothing);
    // What `prisma migrate dev` asks first: it would want a reset if this database had drifted from the migrations.
    const migrationsList = await readMigrations();
    const diagnosed = await withSchemaEngine(server.url, await readSchema(), (engine) =>
      engine.devDiagnostic({ migrationsList, filters }),
    );
    expect(diagnosed.action).toEqual({ tag: 'createMigration' });
    const { rows } = await admin.query(`SELECT 1 FROM pg_database WHERE datname LIKE '%shadow%'`);
    expect(rows).toEqual([]);
  });

  it('writes a migration for what changes in the schema', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recloser-prisma-'));
    await cp(PRISMA_FOLDER, folder, { recursive: true });
    expect(await createMigration(server.url, 'nothing', folder)).toBeNull();
    const schema = await readSchema(folder);
    const changed = schema.replace('model Project {', 'model Project {\n  extra String?');
    await writeFile(join(folder, 'schema.prisma'), changed);
    const path = await createMigration(server.url, 'extra', folder);
    expect(path).toMatch(/[0-9]{14}_extra\/migration\.sql$/);
    expect(await readFile(path ?? '', 'utf8')).toContain(
      'ALTER TABLE "project" ADD COLUMN     "extra" TEXT;',
    );
    await rm(folder, { recursive: true });
  });

  it('tries again what a dead process had not applied', async () => {
    const [first] = (await readMigrations()).migrationDirectories;
    const name = first?.path ?? '';
    await begun(name);
    expect((await migrate(server.url)).applied).toContain(name);
    expect(await diagnoseMigrations(server.url)).toMatchObject({ failed: [], pending: [] });
  });

  it('lets stand what a dead process had applied and not noted', async () => {
    await migrate(server.url);
    const mark = MARK_APPLIED.replaceAll('finished_at IS NULL AND', '');
    await admin.query(mark);
    await admin.query(`UPDATE _prisma_migrations SET finished_at = NULL, applied_steps_count = 0`);
    expect(await migrate(server.url)).toEqual({ applied: [] });
    const { rows } = await admin.query(
      `SELECT applied_steps_count AS steps, logs FROM _prisma_migrations
       WHERE finished_at IS NULL OR rolled_back_at IS NOT NULL OR logs IS NOT NULL`,
    );
    expect(rows).toEqual([]);
  });

  it('lets several processes take turns', async () => {
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(server.url)));
    expect(results.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    const { rows } = await admin.query(`SELECT 1 FROM _prisma_migrations`);
    expect(rows).toHaveLength((await readMigrations()).migrationDirectories.length);
  });

  it('refuses a database that is not empty, and a schema of its own, in a sentence', async () => {
    const other = await testPostgres();
    try {
      const client = new pg.Client({ connectionString: other.url });
      await client.connect();
      await client.query('CREATE TABLE orders (id int)');
      await client.end();
      await expect(migrate(other.url)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/is not empty.*"orders"/) as string,
      });
      await expect(migrate(`${other.url}?schema=tenant_a`)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('"tenant_a"') as string,
      });
    } finally {
      await other.close();
    }
  });

  it('says when the database cannot be reached', async () => {
    const gone = migrate('postgres://nobody:x@127.0.0.1:1/none');
    await expect(gone).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the run-time role', () => {
  const name = `runtime_${Math.random().toString(36).slice(2)}`;

  const runtime = (): string => {
    const url = new URL(server.url);
    url.username = name;
    url.password = "it's secret";
    return url.href;
  };

  afterEach(async () => {
    await admin.query(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });

  it('can do the work, and nothing to the audit log or the schema', async () => {
    const runtimeUrl = runtime();
    await migrate(server.url, { runtimeUrl });
    await migrate(server.url, { runtimeUrl });

    const db = createDatabase(runtimeUrl);
    await db.environments.seedDefaults();
    await signIn(admin, anna);
    const { id } = await db.environments.find('default', 'production');
    await db.breakers.create(id, anna, { key: 'a', reason: 'r' });
    await db.states.commit(id, anna, ['a'], toggle);
    const { record } = await db.keys.create(id, anna, 'key');
    await db.keys.revoke(id, anna, record.id, 'r');
    const limits = { project: 'default', environment: null, expiresAt: undefined };
    const made = await db.tokens.create(anna, { name: 'ci', role: 'viewer', ...limits });
    await db.tokens.revoke(anna, made.record.id, 'r');
    const trigger = { name: 't', breaker: 'a', action: 'open', admission: null } as const;
    const called = await db.triggers.create(id, anna, { ...trigger, durationMs: 60_000 });
    await db.triggers.revoke(id, anna, called.record.id, 'r');
    expect(await db.rollups.ensurePartitions(1)).toBe(2);
    expect(await db.rollups.dropOlderThan(-10 * 86_400_000)).toEqual({ dropped: 2, left: 0 });
    expect(await db.changes.dropOlderThan(0)).toBe(0);
    expect(await db.audit.verify(id)).toMatchObject({ ok: true, checked: 2 });
    const client = new pg.Client({ connectionString: runtimeUrl });
    await client.connect();
    for (const person of ['ada', 'bob']) {
      await client.query(
        `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ($1, $1, $1, 'viewer', now())`,
        [person],
      );
    }
    expect(await db.people.setRole(anna, 'ada', 'operator')).toMatchObject({ role: 'operator' });
    await db.close();

    const refused = [
      `UPDATE sdk_key SET revoked_at = NULL`,
      `UPDATE sdk_key SET revoked_at = now() + interval '1 day'`,
      `UPDATE sdk_key SET hash = sha256('mine')`,
      `UPDATE sdk_key SET environment_id = (SELECT id FROM environment WHERE key = 'development')`,
      'UPDATE api_token SET revoked_at = NULL',
      `UPDATE api_token SET role = 'admin'`,
      `UPDATE api_token SET hash = sha256('mine')`,
      `UPDATE api_token SET expires_at = NULL`,
      `UPDATE api_token SET project_id = NULL`,
      'DELETE FROM api_token',
      'TRUNCATE api_token',
      `INSERT INTO api_token (id, name, prefix, hash, role, created_by)
       VALUES (gen_random_uuid(), 'mine', 'rct_', sha256('mine'), 'admin', 'eve')`,
      'UPDATE incoming_trigger SET revoked_at = NULL',
      `UPDATE incoming_trigger SET hash = sha256('mine')`,
      'UPDATE incoming_trigger SET duration_ms = 1',
      `UPDATE incoming_trigger SET action = 'hold'`,
      'DELETE FROM incoming_trigger',
      'TRUNCATE incoming_trigger',
      `INSERT INTO incoming_trigger (id, environment_id, breaker_id, name, prefix, hash, action, duration_ms, created_by)
       SELECT gen_random_uuid(), environment_id, breaker_id, 'mine', 'rtr_', sha256('mine'), 'open', 1, 'eve' FROM breaker_state LIMIT 1`,
      'DELETE FROM sdk_key',
      'TRUNCATE sdk_key',
      `UPDATE "user" SET role = 'admin'`,
      `UPDATE "user" SET role = 'operator' WHERE id = 'bob'`,
      `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ('eve', 'eve', 'eve', 'admin', now())`,
      `INSERT INTO audit_event SELECT * FROM audit_event`,
      `DROP FUNCTION recloser_append_audit(json)`,
      `CREATE OR REPLACE FUNCTION recloser_is_owner() RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
      `DROP TRIGGER sdk_key_guarded ON sdk_key`,
      `ALTER TABLE "user" DISABLE TRIGGER ALL`,
      `UPDATE audit_event SET reason = ''`,
      'DELETE FROM audit_event',
      'TRUNCATE audit_event',
      'ALTER TABLE audit_event DISABLE TRIGGER ALL',
      'DROP TABLE audit_event',
      'DROP TRIGGER audit_event_append_only ON audit_event',
      'CREATE TABLE public.mine (id int)',
      'CREATE SCHEMA mine',
      'DELETE FROM audit_chain',
      'DELETE FROM _prisma_migrations',
      'DROP TABLE metric_rollup',
      `SET session_replication_role = replica`,
    ];
    for (const statement of refused) {
      await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
    await client.end();
  });
});

describe('everybody else', () => {
  it('may not call the functions that make and drop partitions', async () => {
    await migrate(server.url);
    const role = `guest_${Math.random().toString(36).slice(2)}`;
    await admin.query(`CREATE ROLE ${role}; SET ROLE ${role}`);
    await expect(
      admin.query(`SELECT recloser_drop_rollup_partitions(now())`),
    ).rejects.toMatchObject({ code: '42501' });
    await admin.query(`RESET ROLE; DROP ROLE ${role}`);
  });
});
