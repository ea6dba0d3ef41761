import { attackSuite } from '../src/attack/suite.ts';
import { lessons } from './index.ts';

attackSuite(lessons);
