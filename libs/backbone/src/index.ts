export * from './ports.js';
export { type BackboneOptions, connectBackbone } from './connect.js';
export { prepareBackbone, type PrepareOptions } from './postgres/prepare.js';
