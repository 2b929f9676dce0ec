// What helps somebody who is writing: photos and documents, calling somebody by name, conversations like this one. It is
// fetched when somebody comes to a form (bringing.js), so that who only reads does not wait for it.

import './files.js';
import * as alike from './alike.js';
import * as mention from './mention.js';

mention.start();
alike.start();
