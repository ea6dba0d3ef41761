export { control } from '../replay-stolen-dump/control.ts';
