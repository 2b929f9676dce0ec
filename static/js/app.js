// What a page does more than plain HTML can. Every page works without this file; each import is one behaviour.

import * as bringing from './bringing.js';
import * as composer from './composer.js';
import * as draft from './draft.js';
import * as errors from './errors.js';
import * as later from './later.js';
import * as progress from './progress.js';
import * as seen from './seen.js';
import * as send from './send.js';
import * as thanks from './thanks.js';

const { live, person } = document.currentScript.dataset;

document.documentElement.classList.add('js');
draft.belongTo(person);
draft.start(document);
bringing.start(document);
composer.start(document);
errors.start(document);
send.start();
thanks.start();
seen.start();
progress.start();
later.start(live);
