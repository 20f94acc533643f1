import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils';
import { createPool, withClient } from '@recloser/postgres';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { MARK_APPLIED } from './unfinished.js';

/** A statement of a migration may rewrite a table. */
const MIGRATION = { name: 'recloser:migrate', statementMs: 30 * 60_000 };

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;
type Query = Parameters<Adapter['queryRaw']>[0];
type Result = Awaited<ReturnType<Adapter['queryRaw']>>;

/**
 * Prisma's adapter, with three differences. It splits a script at every semicolon, those in comments and function bodies
 * too, and runs the parts on any connections: here a script goes to the server whole, which runs it as one transaction.
 * Its shadow database is the given one whenever that is named by a URL: here it is one of its own. And it does not read
 * columns of the catalogue's "char", which the engine asks for when it describes a database: here it does.
 */
export class ScriptAdapter extends PrismaPg {
  readonly #url: string;
  readonly #pools: pg.Pool[] = [];
  readonly #shadows: string[] = [];

  constructor(url: string) {
    super(url);
    this.#url = url;
  }

  override connect(): Promise<Adapter> {
    return this.#adapter(this.#url);
  }

  override async connectToShadowDb(): Promise<Adapter> {
    const name = `recloser_shadow_${randomUUID()}`;
    await withClient(this.#url, MIGRATION, (client) => client.query(`CREATE DATABASE "${name}"`));
    this.#shadows.push(name);
    const url = new URL(this.#url);
    url.pathname = `/${name}`;
    return this.#adapter(url.href);
  }

  /** Ends every connection and drops the shadow databases. */
  async close(): Promise<void> {
    await Promise.all(this.#pools.splice(0).map((pool) => pool.end()));
    for (const name of this.#shadows.splice(0)) {
      await withClient(this.#url, MIGRATION, (client) =>
        client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
      );
    }
  }

  async #adapter(url: string): Promise<Adapter> {
    const pool = createPool(url, { ...MIGRATION, max: 2 });
    this.#pools.push(pool);
    const adapter = await new PrismaPg(pool).connect();
    adapter.executeScript = (script) => runWhole(pool, script);
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      try {
        return await queryRaw(query);
      } catch (error) {
        if (!(error instanceof DriverAdapterError)) throw error;
        if (error.cause.kind !== 'UnsupportedNativeDataType') throw error;
        return withChars(pool, query, queryRaw);
      }
    };
    return adapter;
  }
}

/** OID of the one-byte type "char". */
const CHAR = 18;

/** Runs a query again with its "char" columns read as text, and tells the engine what they are. */
async function withChars(pool: pg.Pool, query: Query, run: Adapter['queryRaw']): Promise<Result> {
  const inner = `(${query.sql.replace(/;\s*$/, '')}) AS described`;
  const { fields } = await pool.query(`SELECT * FROM ${inner} LIMIT 0`, query.args);
  const columns = fields.map(({ name, dataTypeID }) => {
    const column = pg.escapeIdentifier(name);
    return dataTypeID === CHAR ? `${column}::text AS ${column}` : column;
  });
  const result = await run({ ...query, sql: `SELECT ${columns.join(', ')} FROM ${inner}` });
  const columnTypes = result.columnTypes.map((type, index) =>
    fields[index]?.dataTypeID === CHAR ? ColumnTypeEnum.Character : type,
  );
  return { ...result, columnTypes };
}

async function runWhole(pool: pg.Pool, script: string): Promise<void> {
  try {
    await pool.query(`${script}\n;${MARK_APPLIED}`);
  } catch (error) {
    throw error instanceof pg.DatabaseError ? driverError(error) : error;
  }
}

/** The form in which the engine tells what the server said. */
function driverError({ code, severity, message, detail, column, hint }: pg.DatabaseError): Error {
  return new DriverAdapterError({
    kind: 'postgres',
    code: code ?? 'N/A',
    severity: severity ?? 'N/A',
    message,
    detail,
    column,
    hint,
  });
}
