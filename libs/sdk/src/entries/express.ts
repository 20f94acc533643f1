export { recloserContext } from '../integrations/express/context.js';
