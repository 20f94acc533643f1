export {
  protectStream,
  type Openable,
  type StreamEnd,
  type StreamOptions,
} from '../integrations/stream/protect-stream.js';
