export { recloserFastify, type RecloserFastifyOptions } from '../integrations/fastify/plugin.js';
