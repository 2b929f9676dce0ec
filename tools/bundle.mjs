// Bundles style, scripts and fonts for build_static.py. `node tools/bundle.mjs OPTIONS-AS-JSON`: the options of esbuild,
// and in `report` the file for what went into what.
// Our pages connect by websocket alone, so the other ways of Engine.IO are left out of what browsers fetch.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { build } = createRequire(import.meta.url)('esbuild');

const onlyWebsocket = {
  name: 'only-websocket',
  setup(building) {
    const isOther = /(polling-xhr|webtransport)(\.node)?\.js$/;
    building.onResolve({ filter: isOther }, (asked) =>
      /engine\.io-client.*transports/.test(asked.importer) ? { path: asked.path, namespace: 'left-out' } : undefined);
    building.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export class XHR {}\nexport class WT {}' }));
  },
};

const { report, ...options } = JSON.parse(process.argv[2]);
const { metafile } = await build({ ...options, plugins: [onlyWebsocket] });
writeFileSync(report, JSON.stringify(metafile));
