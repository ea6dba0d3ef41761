import { attackSuite } from '../src/attack/suite.ts';
import { attacks } from './index.ts';

attackSuite(attacks);
