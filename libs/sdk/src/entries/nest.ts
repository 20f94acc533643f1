export { InjectBreaker, Protect, type ProtectOptions } from '../integrations/nest/decorators.js';
export {
  RecloserModule,
  type RecloserModuleAsyncOptions,
  type RecloserModuleOptions,
} from '../integrations/nest/module.js';
