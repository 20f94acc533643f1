export * from './ports.js';
export { type BackboneOptions, connectBackbone } from './connect.js';
export { MemorySignalStore } from './memory/signal-store.js';
export { prepareBackbone, type PrepareOptions } from './postgres/prepare.js';
