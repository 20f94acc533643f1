import type { Command } from 'commander';
import { sessionOf } from '../session.js';

export function addMcp(program: Command): void {
  program
    .command('mcp')
    .description('serve the Model Context Protocol to an assistant, over standard input and output')
    .action(async (_options: unknown, command: Command) => {
      const session = await sessionOf(command);
      // Other commands need not load it.
      const { serve } = await import('../mcp/serve.js');
      await serve(session);
    });
}
