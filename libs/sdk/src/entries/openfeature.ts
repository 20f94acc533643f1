export { RecloserProvider, type OpenFeatureOptions } from '../integrations/openfeature/provider.js';
