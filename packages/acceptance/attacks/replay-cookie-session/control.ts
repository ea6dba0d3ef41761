export { control } from '../replay-after-logout/control.ts';
