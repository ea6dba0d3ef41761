import { contract } from '../src/contract/index.ts';
import { memory } from '../src/targets/memory.ts';

contract(memory);
