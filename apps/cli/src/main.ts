import { CommanderError } from 'commander';
import { EXIT, isCliError } from './cli-error.js';
import { createProgram } from './program.js';

/** Runs one command line; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const program = createProgram(process.env);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    // Commander has printed it, and help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (!isCliError(error)) throw error;
    const { message, details, exitCode } = error;
    const isJson = program.opts<{ json?: true }>().json === true;
    const text = isJson ? JSON.stringify({ error: message, exitCode, details }) : message;
    process.stderr.write(`${text}\n`);
    return exitCode;
  }
}
