export { recloserFastify, type RecloserFastifyOptions } from '../fastify/plugin.js';
