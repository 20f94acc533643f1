export { recloserContext } from '../express/context.js';
