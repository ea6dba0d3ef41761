// The files of the repository that the pages speak of, as pages: the site needs no other host.
import { sourcePages } from '../.vitepress/source-pages.ts';

export default { paths: sourcePages };
