export { InjectBreaker, Protect, type ProtectOptions } from './decorators.js';
export {
  RecloserModule,
  type RecloserModuleAsyncOptions,
  type RecloserModuleOptions,
} from './module.js';
