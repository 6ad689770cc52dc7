// The overlays, the installation guide, and the rules themselves: each must find the mistakes that are planted for it.
//   node manifests_test.js ROOT VERSION DIRECTORY      started by kubernetes_test
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { render, configReader, madeByGuide, ownOverlay } = require('./render.js');
const { schemaOf, checkValues, checkFields, label } = require('./schemas.js');
const { RULES, judge } = require('./rules.js');
const { MISTAKES, VALUES, FIELDS } = require('./mistakes.js');

const [root, version, directory] = process.argv.slice(2);
const GUIDE = path.join(root, 'docs/operations/install.md');
const KEYS = ['### Functions', '### An issuer to try it with', '### Keys of the services'];
const SECRETS = {
  dev: ['### Certificates without cert-manager'],
  production: ['### Access to the backups', '### Authorities of cert-manager'],
};
// What no test here can see: it takes a cluster.
const UNSEEN = [
  'that an API server admits the objects',
  'that policies, probes, spreading and budgets do what they say',
  'that images exist and start',
  'that the operators of the database, certificates and metrics do what is asked of them',
];

const failures = [];
const fail = (where, what) => failures.push(`${where}: ${what}`);
const clone = (objects) => JSON.parse(JSON.stringify(objects));

function section(title) {
  process.stdout.write(`-- ${title}\n`);
}

const readers = new Map();
const readConfig = ((read) => (text) => {
  if (!readers.has(text)) readers.set(text, read(text));
  return readers.get(text);
})(configReader(root));

// Where the roles of a service are made, every service is named.
const bootstrap = fs.readFileSync(path.join(root, 'deploy/postgres/bootstrap.sql'), 'utf8');
const suite = /^\\set services '\{(.*)\}'$/m.exec(bootstrap)[1].split(',');

const overlays = new Map();
for (const name of fs.readdirSync(path.join(root, 'deploy/kubernetes/overlays')).filter((entry) => entry in SECRETS)) {
  const made = madeByGuide(GUIDE, [...KEYS, ...SECRETS[name]], path.join(directory, `guide-${name}`));
  overlays.set(name, {
    objects: render(path.join(root, 'deploy/kubernetes/overlays', name)),
    context: { made, readConfig, version, suite },
  });
}
if (overlays.size !== Object.keys(SECRETS).length) fail('overlays', `only ${[...overlays.keys()].join(', ')}`);
overlays.set('the one of the guide', {
  objects: render(ownOverlay(GUIDE, root, path.join(directory, 'own'))),
  context: overlays.get('production').context,
});

section('overlays');
for (const [name, { objects, context }] of overlays) {
  const kinds = new Map();
  for (const object of objects) kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
  process.stdout.write(
    `${name}: ${objects.length} objects: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`,
  );
  for (const object of objects) checkValues(object).forEach((problem) => fail(`${name}, values`, problem));
  checkFields(root, path.join(directory, 'types'), objects).forEach((problem) => fail(`${name}, fields`, problem));
  for (const [rule, complaint] of judge(objects, context)) fail(`${name}, ${rule}`, complaint);
}

section(
  `mistakes that must be seen: ${MISTAKES.length} of rules, ${VALUES.length} of values, ${FIELDS.length} of fields`,
);
for (const { overlay, rule, what, plant } of MISTAKES) {
  const { objects, context } = overlays.get(overlay);
  const wrong = clone(objects);
  plant(wrong);
  if (JSON.stringify(wrong) === JSON.stringify(objects)) fail('mistake', `"${what}" changes nothing`);
  else if (!judge(wrong, context).some(([name]) => name === rule))
    fail('mistake', `"${what}" is not seen by "${rule}"`);
}
for (const rule of Object.keys(RULES).filter((name) => !MISTAKES.some((mistake) => mistake.rule === name))) {
  fail('mistake', `none is planted for "${rule}"`);
}
for (const { overlay, what, plant } of VALUES) {
  const wrong = clone(overlays.get(overlay).objects);
  const planted = plant(wrong);
  if (checkValues(planted).length === 0) fail('mistake', `"${what}" is not seen by the schema`);
}
const planted = FIELDS.map(({ overlay, plant }) => plant(clone(overlays.get(overlay).objects)));
const seen = checkFields(root, path.join(directory, 'types'), planted);
FIELDS.forEach(({ what, field }) => {
  if (!seen.some((problem) => problem.includes(`"${field}"`))) fail('mistake', `"${what}" is not seen by the types`);
});

section('what was not checked');
const all = [...overlays.values()].flatMap(({ objects }) => objects);
const partly = new Set(
  all.filter((object) => schemaOf(object) === 'own').map((object) => `${object.apiVersion} ${object.kind}`),
);
for (const kind of partly) process.stdout.write(`${kind}: against a partial schema of our own, not a published one\n`);
for (const unseen of UNSEEN) process.stdout.write(`${unseen}\n`);
const client = execFileSync('kubectl', ['version', '--client', '-o', 'json'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
process.stdout.write(`other kubectl than ${JSON.parse(client).clientVersion.gitVersion}\n`);

for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
process.stdout.write(failures.length === 0 ? 'passed\n' : `${failures.length} failed\n`);
process.exit(failures.length === 0 ? 0 : 1);
