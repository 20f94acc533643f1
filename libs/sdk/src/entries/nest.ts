export { InjectBreaker, Protect, type ProtectOptions } from '../nest/decorators.js';
export {
  RecloserModule,
  type RecloserModuleAsyncOptions,
  type RecloserModuleOptions,
} from '../nest/module.js';
