import type { OpenAPIObject } from '@nestjs/swagger';

/** Holds the API's description once the application is built. */
export class DocsService {
  #document: OpenAPIObject | null = null;

  set(document: OpenAPIObject): void {
    this.#document = document;
  }

  get(): OpenAPIObject | null {
    return this.#document;
  }
}
