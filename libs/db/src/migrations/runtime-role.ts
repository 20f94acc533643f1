import { RecloserError } from '@recloser/protocol';
import type { Client } from 'pg';

/**
 * Gives the run-time URL's role what the servers need of this schema: rows of every table, but of the audit log only
 * reading and the function that appends, and no DDL. Makes the role when there is none.
 */
export async function grantRuntime(
  client: Client,
  adminUrl: string,
  runtimeUrl: string,
): Promise<void> {
  const role = userOf(runtimeUrl);
  if (role.name === '' || role.name === userOf(adminUrl).name) return;
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role.name]);
  if (known.rowCount === 0) await createRole(client, role);
  const name = client.escapeIdentifier(role.name);
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = client.escapeIdentifier(rows[0]?.name ?? '');
  await client.query('BEGIN');
  try {
    for (const statement of grants(name, database)) await client.query(statement);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function grants(role: string, database: string): string[] {
  return [
    `GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`,
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    `REVOKE CREATE ON SCHEMA public FROM ${role}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
    `REVOKE ALL ON audit_event, claim_key, _prisma_migrations FROM ${role}`,
    `GRANT SELECT ON audit_event TO ${role}`,
    `GRANT EXECUTE ON FUNCTION recloser_append_audit(json) TO ${role}`,
    `REVOKE DELETE ON account, api_token, audit_chain, incoming_trigger, sdk_key FROM ${role}`,
    `GRANT SELECT ON _prisma_migrations TO ${role}`,
    `GRANT EXECUTE ON FUNCTION recloser_ensure_rollup_partitions(date, integer) TO ${role}`,
    `GRANT EXECUTE ON FUNCTION recloser_drop_rollup_partitions(timestamptz) TO ${role}`,
  ];
}

interface UrlUser {
  readonly name: string;
  readonly password: string;
}

function userOf(url: string): UrlUser {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

async function createRole(client: Client, role: UrlUser): Promise<void> {
  const name = client.escapeIdentifier(role.name);
  const password = role.password === '' ? '' : ` PASSWORD ${client.escapeLiteral(role.password)}`;
  try {
    await client.query(`CREATE ROLE ${name} LOGIN${password}`);
  } catch (cause) {
    throw new RecloserError(
      'unavailable',
      `DATABASE_URL names the role "${role.name}", which does not exist and cannot be created with ` +
        'DATABASE_ADMIN_URL. Create it (LOGIN, no other rights) and start again.',
      { role: role.name },
      cause,
    );
  }
}
