import type { LoggerService } from '@nestjs/common';
import type { Log } from '@recloser/server';

/** Nest's own messages as structured lines. Its start-up chatter is debug. */
export class NestLog implements LoggerService {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log.child({ component: 'nest' });
  }

  log(message: unknown): void {
    this.#log.debug(String(message));
  }

  debug(message: unknown): void {
    this.#log.debug(String(message));
  }

  verbose(message: unknown): void {
    this.#log.trace(String(message));
  }

  warn(message: unknown): void {
    this.#log.warn(String(message));
  }

  error(message: unknown): void {
    this.#log.error(message instanceof Error ? { err: message } : {}, String(message));
  }
}
