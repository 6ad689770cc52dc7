// The suite through @grpc/grpc-js, with the contracts loaded from their files at run time.
//   node node_client.js DIRECTORY…     folders that hold .proto files; clients_test sets the environment
'use strict';

const assert = require('node:assert/strict');
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const { CLIENT_SOCKET, CLIENT_TOKEN, CLIENT_SERVICES, CLIENT_OWNER, CLIENT_FOREIGN_OWNER } = process.env;
const includeDirs = process.argv.slice(2);
const protosUnder = (directory) =>
  fs.readdirSync(directory, { recursive: true }).filter((file) => file.endsWith('.proto'));
const contracts = protoLoader.loadSync(
  [...protosUnder(includeDirs[0]), 'health/v1/health.proto', 'reflection/v1alpha/reflection.proto'],
  { includeDirs, keepCase: true, longs: String, enums: String });

// The details of an error travel as bytes, which the loader does not decode.
const details = new protobuf.Root();
details.resolvePath = (_, target) => includeDirs.map((d) => path.join(d, target)).find(fs.existsSync);
details.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);

const client = new grpc.Client(`unix:${CLIENT_SOCKET}`, grpc.credentials.createInsecure());
const AUTHORIZED = { authorization: `Bearer ${CLIENT_TOKEN}` };
const CATALOGUE = 'regiokompas.catalogue.v1.CatalogueService';
const PARENT = `owners/${CLIENT_OWNER}`;

// Calls any method and collects all that comes back; a stream of one message is what a unary call is on the wire.
function call(service, method, request, headers = AUTHORIZED) {
  const definition = contracts[service][method];
  const metadata = new grpc.Metadata();
  Object.entries(headers).forEach(([key, value]) => metadata.set(key, value));
  return new Promise((resolve) => {
    const answer = { messages: [] };
    const unary = !definition.requestStream && !definition.responseStream;
    const options = { deadline: Date.now() + 20000 };
    const made = unary
      ? client.makeUnaryRequest(definition.path, definition.requestSerialize, definition.responseDeserialize, request,
        metadata, options, (error, message) => { if (!error) answer.messages.push(message); })
      : client.makeBidiStreamRequest(definition.path, definition.requestSerialize, definition.responseDeserialize,
        metadata, options);
    made.on('status', (status) => resolve({ ...answer, ...status, name: grpc.status[status.code] }));
    if (unary) return;
    made.on('error', () => {});  // told by the status
    made.on('data', (message) => answer.messages.push(message));
    made.write(request);
    made.end();
  });
}

async function succeed(...words) {
  const answer = await call(...words);
  assert.equal(answer.name, 'OK', answer.details);
  return answer;
}

// The details of an error, decoded, by the last part of their type.
function detailsOf(answer) {
  const [bytes] = answer.metadata.get('grpc-status-details-bin');
  assert.ok(bytes, 'no details');
  const decoded = {};
  for (const any of details.lookupType('google.rpc.Status').decode(bytes).details) {
    const type = any.type_url.split('/').pop();
    decoded[type.split('.').pop()] = details.lookupType(type).decode(any.value).toJSON();
  }
  return decoded;
}

async function refused(code, reason, ...words) {
  const answer = await call(...words);
  assert.equal(answer.name, code, `${words[0]}/${words[1]}: ${answer.details}`);
  const found = detailsOf(answer);
  assert.equal(found.ErrorInfo.reason, reason);
  assert.equal(found.ErrorInfo.domain, 'regiokompas');
  assert.equal(found.LocalizedMessage.locale, 'nl');
  assert.ok(found.LocalizedMessage.message);
  assert.ok(answer.metadata.get('regiokompas-request-id').length === 1);
  return found;
}

async function servicesByReflection() {
  const answer = await succeed('grpc.reflection.v1alpha.ServerReflection', 'ServerReflectionInfo',
    { list_services: '*' }, {});
  return answer.messages[0].list_services_response.service.map((service) => service.name);
}

const listActivities = async (request) =>
  (await succeed(CATALOGUE, 'ListActivities', { parent: PARENT, ...request })).messages[0];

const revisionOf = (answer) => Number(answer.metadata.get('regiokompas-revision')[0]);

const newActivity = (id, name) =>
  ({ parent: PARENT, activity_id: id, activity: { display_name: name }, request_id: randomUUID() });

const checks = {
  async 'reflection lists the services that serve'() {
    const names = await servicesByReflection();
    for (const name of CLIENT_SERVICES.split(',')) {
      const service = `regiokompas.${name}.v1.${name[0].toUpperCase()}${name.slice(1)}Service`;
      assert.ok(names.includes(service), service);
      const answer = await succeed('grpc.health.v1.Health', 'Check', { service }, {});
      assert.equal(answer.messages[0].status, 'SERVING');
    }
  },

  async 'every RPC of every service refuses a call without a token'() {
    const names = (await servicesByReflection()).filter((name) => name.startsWith('regiokompas.'));
    for (const name of names) {
      for (const method of Object.keys(contracts[name])) {
        await refused('UNAUTHENTICATED', 'TOKEN_MISSING', name, method, {}, {});
      }
    }
  },

  async 'small pages show what one large page shows'() {
    const whole = await listActivities({ page_size: 1000 });
    assert.ok(!whole.next_page_token);
    const names = [];
    let token = '';
    let pages = 0;
    do {
      const page = await listActivities({ page_size: 3, page_token: token });
      assert.ok(page.activities.length <= 3);
      names.push(...page.activities.map((activity) => activity.name));
      token = page.next_page_token;
      pages += 1;
    } while (token);
    assert.ok(pages > 2, `${pages} pages`);
    assert.deepEqual(names, whole.activities.map((activity) => activity.name));
    assert.equal(new Set(names).size, names.length);
  },

  async 'a token that is none'() {
    await refused('UNAUTHENTICATED', 'TOKEN_INVALID', CATALOGUE, 'ListActivities', { parent: PARENT },
      { authorization: 'Bearer onzin' });
  },

  async 'another owner, there or not'() {
    const parent = `owners/${CLIENT_FOREIGN_OWNER}`;
    const found = await refused('PERMISSION_DENIED', 'OWNER_FORBIDDEN', CATALOGUE, 'ListActivities', { parent });
    assert.equal(found.ErrorInfo.metadata.owner, CLIENT_FOREIGN_OWNER);
    await refused('PERMISSION_DENIED', 'OWNER_FORBIDDEN', CATALOGUE, 'GetActivity',
      { name: `${parent}/activities/er-is-niets` });
  },

  async 'what is not there'() {
    const name = `${PARENT}/activities/er-is-niets`;
    const found = await refused('NOT_FOUND', 'RESOURCE_NOT_FOUND', CATALOGUE, 'GetActivity', { name });
    assert.equal(found.LocalizedMessage.message, `${name} bestaat niet`);
  },

  async 'a request that breaks two rules'() {
    const found = await refused('INVALID_ARGUMENT', 'INVALID_REQUEST', CATALOGUE, 'CreateActivity',
      { ...newActivity('Hoofdletters', ''), request_id: 'geen-uuid' });
    const violations = found.BadRequest.fieldViolations.map((violation) => `${violation.field} ${violation.reason}`);
    assert.deepEqual(violations.sort(), ['activity.display_name REQUIRED', 'request_id BAD_UUID']);
  },

  async 'a page token of somewhere else'() {
    const found = await refused('INVALID_ARGUMENT', 'INVALID_REQUEST', CATALOGUE, 'ListActivities',
      { parent: PARENT, page_token: 'onzin' });
    assert.equal(found.BadRequest.fieldViolations[0].reason, 'BAD_PAGE_TOKEN');
  },

  async 'a write, the same again, and others in its place'() {
    const before = revisionOf(await succeed(CATALOGUE, 'ListActivities', { parent: PARENT }));
    const request = newActivity('van-node', 'Één loket – coördinatie');
    const written = await succeed(CATALOGUE, 'CreateActivity', request);
    assert.ok(revisionOf(written) > before);
    const again = await succeed(CATALOGUE, 'CreateActivity', request);
    assert.deepEqual(again.messages, written.messages);
    assert.equal(revisionOf(again), revisionOf(written));
    const read = await succeed(CATALOGUE, 'GetActivity', { name: `${PARENT}/activities/van-node` });
    assert.deepEqual(read.messages, written.messages);
    assert.equal(read.messages[0].display_name, 'Één loket – coördinatie');
    await refused('INVALID_ARGUMENT', 'REQUEST_ID_REUSED', CATALOGUE, 'CreateActivity',
      { ...request, activity: { display_name: 'Iets anders' } });
    await refused('ALREADY_EXISTS', 'RESOURCE_EXISTS', CATALOGUE, 'CreateActivity',
      { ...request, request_id: randomUUID() });
  },

  async 'English and an id of the caller\'s own, when asked for'() {
    const answer = await call(CATALOGUE, 'GetActivity', { name: `${PARENT}/activities/er-is-niets` },
      { ...AUTHORIZED, 'accept-language': 'en', 'x-request-id': 'aanvraag-17' });
    assert.equal(detailsOf(answer).LocalizedMessage.locale, 'en');
    assert.deepEqual(answer.metadata.get('regiokompas-request-id'), ['aanvraag-17']);
  },
};

async function main() {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`passed  ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${name}\n${error.stack}`);
    }
  }
  client.close();
  console.log(`${Object.keys(checks).length} checks, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

main();
