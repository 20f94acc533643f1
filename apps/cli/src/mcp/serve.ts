import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { once } from 'node:events';
import type { Session } from '../session.js';
import { VERSION } from '../version.js';
import { addTools } from './tools.js';

/** Serves assistants over standard input and output, until the input ends. */
export async function serve(session: Session): Promise<void> {
  const { project, environment } = session.place;
  const server = new McpServer(
    { name: 'recloser', version: VERSION },
    {
      instructions: `Reads the circuit breakers of ${project}/${environment}. Nothing here changes a breaker.`,
    },
  );
  addTools(server, session);
  const ended = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}
