// Objects against their published schemas: values by the validators of the packages, unknown fields by the compiler and
// the types of the same packages, which the validators let pass.
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv');

const PACKAGES = [
  [/^(v1|apps\/v1|batch\/v1|policy\/v1|networking\.k8s\.io\/v1)$/, 'kubernetes-models'],
  [/^cert-manager\.io\/v1$/, '@kubernetes-models/cert-manager'],
  [/^monitoring\.coreos\.com\/v1$/, '@kubernetes-models/prometheus-operator'],
];

const packageOf = (object) => (PACKAGES.find(([version]) => version.test(object.apiVersion)) ?? [])[1];
const moduleOf = (object) => `${packageOf(object)}/${object.apiVersion}/${object.kind}`;
const label = (object) => `${object.kind}/${object.metadata?.name}`;

// Hand-written for the fields that we use: it says that we keep to what we know of them, not that they know ours.
const OWN = path.join(__dirname, 'schemas');
const own = new Map(
  fs.readdirSync(OWN).map((file) => {
    const schema = JSON.parse(fs.readFileSync(path.join(OWN, file), 'utf8'));
    return [
      `${schema.properties.apiVersion.const} ${schema.properties.kind.const}`,
      new Ajv({ allErrors: true }).compile(schema),
    ];
  }),
);

// By which schema an object is checked: 'published', 'own' or nothing.
function schemaOf(object) {
  if (own.has(`${object.apiVersion} ${object.kind}`)) return 'own';
  return packageOf(object) === undefined ? undefined : 'published';
}

function checkValues(object) {
  const check = own.get(`${object.apiVersion} ${object.kind}`);
  if (check !== undefined) {
    if (check(object)) return [];
    return check.errors.map(
      (error) => `${label(object)}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  }
  if (packageOf(object) === undefined) return [`${label(object)}: no schema for ${object.apiVersion} ${object.kind}`];
  try {
    const Model = require(moduleOf(object))[object.kind];
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${label(object)}: ${error.message}`];
  }
}

// One run of the compiler for all objects: it takes a second.
function checkFields(root, directory, objects) {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  fs.symlinkSync(path.join(root, 'deploy/tools/node_modules'), path.join(directory, 'node_modules'));
  const published = objects.filter((object) => schemaOf(object) === 'published');
  const lines = published.map((object, at) => {
    const type = `import('${moduleOf(object)}').I${object.kind}`;
    return `export const o${at}: ${type} = ${JSON.stringify(object)};`;
  });
  fs.writeFileSync(path.join(directory, 'objects.ts'), lines.join('\n'));
  const compiler = path.join(root, 'deploy/tools/node_modules/typescript/bin/tsc');
  fs.writeFileSync(
    path.join(directory, 'tsconfig.json'),
    JSON.stringify({
      files: ['objects.ts'],
      compilerOptions: {
        noEmit: true,
        strict: true,
        skipLibCheck: true,
        module: 'nodenext',
        moduleResolution: 'nodenext',
        types: [],
      },
    }),
  );
  const run = spawnSync(process.execPath, [compiler, '--pretty', 'false'], { cwd: directory, encoding: 'utf8' });
  const problems = run.stdout
    .split('\n')
    .filter((line) => line.includes('error TS'))
    .map((line) => {
      const found = /^objects\.ts\((\d+),/.exec(line);
      const name = found === null ? 'compiler' : label(published[Number(found[1]) - 1]);
      return `${name}: ${line.replace(/^.*error TS\d+: /, '').slice(0, 200)}`;
    });
  if (run.status !== 0 && problems.length === 0) problems.push(`compiler: ${run.stdout}${run.stderr}`);
  return problems;
}

module.exports = { schemaOf, checkValues, checkFields, label };
