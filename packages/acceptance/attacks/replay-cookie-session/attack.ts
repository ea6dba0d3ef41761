// The same script: what differs is that this server could not do better if it wanted to.
export { attack } from '../replay-after-logout/attack.ts';
