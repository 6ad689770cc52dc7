// From an overlay to plain objects, and from the installation guide to what it makes.
'use strict';

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const protobuf = require('protobufjs');
const YAML = require('yaml');

// The objects of an overlay as `kubectl apply -k` would send them.
function render(directory) {
  const text = execFileSync('kubectl', ['kustomize', directory], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // 1.1, as Kubernetes reads YAML.
  return YAML.parseAllDocuments(text, { version: '1.1' }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

// A reader of configurations in text format: protoc knows the contract, so an unknown key is an error.
function configReader(root) {
  const proto = path.join(root, 'proto');
  const file = 'regiokompas/internal/v1/config.proto';
  const types = new protobuf.Root();
  types.resolvePath = (_, target) => path.join(proto, target);
  types.loadSync(file, { keepCase: true });
  const Config = types.lookupType('regiokompas.internal.v1.Config');
  return (text) => {
    const encoded = spawnSync('protoc', [`-I${proto}`, '--encode=regiokompas.internal.v1.Config', file], {
      input: text,
    });
    if (encoded.status !== 0) return { error: encoded.stderr.toString().trim() };
    return { config: Config.toObject(Config.decode(encoded.stdout), { defaults: true }) };
  };
}

// The commands of the blocks marked `bash` under a heading; those marked `sh` need what a test has not.
function commandsUnder(guide, heading) {
  const section = fs
    .readFileSync(guide, 'utf8')
    .split(/^(?=#{2,4} )/m)
    .find((part) => part.startsWith(`${heading}\n`));
  const commands = [...(section ?? '').matchAll(/^```bash\n(.*?)^```$/gms)].map((block) => block[1]).join('\n');
  if (commands === '') throw new Error(`${guide} has no commands under "${heading}"`);
  return commands;
}

// What the commands under these headings of the guide make: 'Secret/NAME' and 'ConfigMap/NAME' with their keys. They run
// as they stand there, with a kubectl that writes down what it is asked for and looks whether the files are there.
function madeByGuide(guide, headings, directory) {
  const commands = headings.map((heading) => commandsUnder(guide, heading));
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(path.join(directory, 'bin'), { recursive: true });
  const log = path.join(directory, 'kubectl.log');
  fs.writeFileSync(log, '');
  fs.writeFileSync(
    path.join(directory, 'bin', 'kubectl'),
    `#!/usr/bin/env bash
set -euo pipefail
if [[ " $* " == *" -f - "* ]]; then cat >/dev/null; fi
if [[ " $* " == *" get secret "* ]]; then printf 'c2VjcmV0\\n'; fi
for word in "$@"; do
  case $word in --from-file=*=*) test -s "\${word#--from-file=*=}" ;; --from-file=*) test -s "\${word#--from-file=}" ;; esac
done
printf '%s\\t' "$@" >>'${log}'
printf '\\n' >>'${log}'
`,
    { mode: 0o755 },
  );
  const run = spawnSync('bash', ['-euo', 'pipefail', '-c', commands.join('\n')], {
    cwd: directory,
    env: { ...process.env, KEYS: directory, PATH: `${path.join(directory, 'bin')}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`the commands of ${headings.join(', ')} fail: ${run.stderr}`);
  const made = new Map();
  for (const line of fs.readFileSync(log, 'utf8').split('\n')) {
    const words = line.split('\t').filter(Boolean);
    const at = words.indexOf('create');
    if (at < 0) continue;
    const kind = { secret: 'Secret', configmap: 'ConfigMap' }[words[at + 1]];
    const name = words[at + (kind === 'Secret' ? 3 : 2)];
    const keys = words
      .filter((word) => /^--from-(file|literal)=/.test(word))
      .map((word) => {
        const value = word.replace(/^--from-(file|literal)=/, '');
        return value.includes('=') ? value.slice(0, value.indexOf('=')) : path.basename(value);
      });
    made.set(`${kind}/${name}`, keys);
  }
  return made;
}

// The folder of the overlay that the guide makes, in a copy of ours.
function ownOverlay(guide, root, directory) {
  fs.rmSync(directory, { recursive: true, force: true });
  for (const part of ['deploy/kubernetes', 'deploy/postgres']) {
    fs.cpSync(path.join(root, part), path.join(directory, part), { recursive: true });
  }
  execFileSync('bash', ['-euo', 'pipefail', '-c', commandsUnder(guide, '## 2. An overlay of your own')], {
    cwd: directory,
  });
  return path.join(directory, 'deploy/kubernetes/overlays/ours');
}

module.exports = { render, configReader, madeByGuide, ownOverlay };
