export { protectAxios, type AxiosOptions } from '../axios/protect-axios.js';
