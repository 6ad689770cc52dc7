// Mistakes that people make in manifests. Each is planted alone, and the rule that is named must complain.
'use strict';

const find = (objects, kind, name) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind}/${name} to plant a mistake in`);
  return found;
};
const drop = (objects, kind, name) => objects.splice(objects.indexOf(find(objects, kind, name)), 1);
const deployment = (objects, name = 'catalogue') => find(objects, 'Deployment', name);
const pod = (objects, name) => deployment(objects, name).spec.template.spec;
const container = (objects, name) => pod(objects, name).containers[0];
const policy = (objects, name) => find(objects, 'NetworkPolicy', name).spec;
const volume = (objects, name, of) => pod(objects, of).volumes.find((candidate) => candidate.name === name);
const certificate = (objects, name) => find(objects, 'Certificate', name).spec;
const cluster = (objects) => find(objects, 'Cluster', 'postgres').spec;

// Replaces words in the configuration of a service.
const configure = (objects, name, from, to) => {
  const map = objects.find(
    (object) => object.kind === 'ConfigMap' && object.metadata.name.startsWith(`${name}-config`),
  );
  map.data['config.textproto'] = map.data['config.textproto'].replace(from, to);
};

const tcp = (port) => [{ protocol: 'TCP', port }];
const mistake = (rule, what, plant, overlay = 'dev') => ({ rule, what, plant, overlay });
const inProduction = (rule, what, plant) => mistake(rule, what, plant, 'production');

const ROOT = 'pods run without root and rights';
const IMAGES = 'images have a version or a digest, and no registry';
const SECRETS = 'no secret is in a manifest';
const BOTH = 'what a configuration calls is allowed on both sides';
const ELSE = 'nothing else is allowed inside the namespace';
const OPEN = 'no policy opens to everybody';
const OUTSIDE = 'who is outside is named one by one';
const APART = 'authorities are kept apart from certificates';
const SURVIVE = 'services survive a node and a release';
const FIT = 'selectors and ports of Services fit';
const FILES = 'files that a configuration names are mounted, and no others';
const SOURCES = 'what volumes take from is there';
const ROLES = 'a service runs itself with its own roles';
const BY_CERTIFICATE = 'the database knows roles by certificates and is known by its own';
const MUTUAL = 'services demand and show certificates';
const TRUST = 'development keys and secrets of others are not trusted';
const WHO = 'certificates say who somebody is';
const REPLICATED = 'the database is replicated and backed up';

const MISTAKES = [
  mistake('every service of the suite is there', 'one forgotten', (o) => drop(o, 'Deployment', 'intake')),
  mistake('every service of the suite is there', 'one that is not migrated', (o) =>
    configure(o, 'migration', 'service: "intake"', 'service: "indicator"'),
  ),
  mistake(ROOT, 'runAsNonRoot left out', (o) => {
    delete pod(o).securityContext.runAsNonRoot;
  }),
  mistake(ROOT, 'user 0', (o) => {
    pod(o).securityContext.runAsUser = 0;
  }),
  mistake(ROOT, 'user 0 in the container', (o) => {
    container(o).securityContext.runAsUser = 0;
  }),
  mistake(ROOT, 'a root that can be written', (o) => {
    container(o).securityContext.readOnlyRootFilesystem = false;
  }),
  mistake(ROOT, 'the root of the database can be written', (o) => {
    delete find(o, 'StatefulSet', 'postgres').spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem;
  }),
  mistake(ROOT, 'privileges may grow', (o) => {
    delete container(o).securityContext.allowPrivilegeEscalation;
  }),
  mistake(ROOT, 'capabilities kept', (o) => {
    container(o).securityContext.capabilities.drop = ['NET_RAW'];
  }),
  mistake(ROOT, 'a capability added', (o) => {
    container(o).securityContext.capabilities.add = ['SYS_ADMIN'];
  }),
  mistake(ROOT, 'privileged', (o) => {
    container(o).securityContext.privileged = true;
  }),
  mistake(ROOT, 'no seccomp profile', (o) => {
    delete pod(o).securityContext.seccompProfile;
  }),
  mistake(ROOT, 'no seccomp profile in the container', (o) => {
    container(o).securityContext.seccompProfile = { type: 'Unconfined' };
  }),
  mistake(ROOT, 'a port of the node', (o) => {
    container(o).ports[0].hostPort = 8443;
  }),
  mistake(ROOT, 'the network of the node', (o) => {
    pod(o).hostNetwork = true;
  }),
  mistake(ROOT, 'a folder of the node', (o) => {
    pod(o).volumes.push({ name: 'x', hostPath: { path: '/' } });
  }),
  mistake(ROOT, 'a token for the API', (o) => {
    delete pod(o).automountServiceAccountToken;
  }),
  mistake(ROOT, 'the account of everybody', (o) => {
    pod(o).serviceAccountName = 'default';
  }),
  mistake(ROOT, 'a first container as root', (o) => {
    pod(o).initContainers = [{ name: 'x', image: 'x:1.0', securityContext: { runAsUser: 0 } }];
  }),

  mistake('resources are asked for and limited', 'no limits', (o) => {
    delete container(o).resources.limits;
  }),
  mistake('resources are asked for and limited', 'no limit of memory in the Job', (o) => {
    delete find(o, 'Job', 'migration').spec.template.spec.containers[0].resources.limits.memory;
  }),
  inProduction('resources are asked for and limited', 'a database without requests', (o) => {
    delete cluster(o).resources.requests.cpu;
  }),
  mistake('emptyDir volumes have a size', 'no limit', (o) => {
    pod(o).volumes.push({ name: 'x', emptyDir: {} });
  }),

  mistake('what runs for long has three probes', 'no readiness', (o) => {
    delete container(o).readinessProbe;
  }),
  mistake('what runs for long has three probes', 'a database without liveness', (o) => {
    delete find(o, 'StatefulSet', 'postgres').spec.template.spec.containers[0].livenessProbe;
  }),
  mistake('services are probed at their health port', 'the port with TLS', (o) => {
    container(o).livenessProbe.grpc.port = 8443;
  }),
  mistake('services are probed at their health port', 'liveness that follows the database', (o) => {
    container(o).livenessProbe.grpc.service = 'regiokompas.catalogue.v1.CatalogueService';
  }),
  mistake('services are probed at their health port', 'readiness of another service', (o) => {
    container(o, 'progress').readinessProbe.grpc.service = 'regiokompas.catalogue.v1.CatalogueService';
  }),

  mistake('everything is denied first', 'no default', (o) => drop(o, 'NetworkPolicy', 'default-deny')),
  mistake('everything is denied first', 'incoming only', (o) => {
    policy(o, 'default-deny').policyTypes = ['Ingress'];
  }),
  mistake('every pod has a policy of its own, both ways', 'none for intake', (o) => drop(o, 'NetworkPolicy', 'intake')),
  mistake('every pod has a policy of its own, both ways', 'outgoing forgotten', (o) => {
    policy(o, 'catalogue').policyTypes = ['Ingress'];
  }),
  inProduction('every pod has a policy of its own, both ways', 'a database that may ask nobody', (o) => {
    drop(o, 'NetworkPolicy', 'postgres-instances');
    drop(o, 'NetworkPolicy', 'postgres-outside');
  }),
  mistake('policies select by labels that a pod has', 'a typing error', (o) => {
    policy(o, 'catalogue').podSelector.matchLabels['app.kubernetes.io/name'] = 'catalog';
  }),
  mistake('policies select by labels that a pod has', 'a typing error in a peer', (o) => {
    policy(o, 'catalogue').ingress[0].from[0].podSelector.matchLabels['app.kubernetes.io/name'] = 'colaboration';
  }),
  inProduction('policies select by labels that a pod has', 'a database of another name', (o) => {
    find(o, 'Cluster', 'postgres').metadata.name = 'database';
  }),
  mistake(OPEN, 'from anywhere', (o) => {
    delete policy(o, 'catalogue').ingress[0].from;
  }),
  mistake(OPEN, 'from all pods', (o) => {
    policy(o, 'catalogue').ingress[0].from.push({ podSelector: {} });
  }),
  mistake(OPEN, 'from all pods, in other words', (o) => {
    policy(o, 'catalogue').ingress[0].from.push({ podSelector: { matchLabels: {} } });
  }),
  mistake(OPEN, 'at any port', (o) => {
    delete policy(o, 'catalogue').ingress[0].ports;
  }),
  mistake(OPEN, 'at a range of ports', (o) => {
    policy(o, 'catalogue').ingress[0].ports[0].endPort = 9000;
  }),
  mistake(OPEN, 'at all ports of a protocol', (o) => {
    delete policy(o, 'catalogue').ingress[0].ports[0].port;
  }),
  mistake(OUTSIDE, 'to addresses at a port that others have', (o) => {
    policy(o, 'catalogue').egress.push({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: tcp(443) });
  }),
  mistake(OUTSIDE, 'from all addresses', (o) => {
    policy(o, 'catalogue').ingress.push({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: tcp(8443) });
  }),
  mistake(OUTSIDE, 'the database, from all addresses', (o) => {
    policy(o, 'postgres').ingress[0].from.push({ ipBlock: { cidr: '0.0.0.0/0' } });
  }),
  mistake(OUTSIDE, 'the database, from another namespace', (o) => {
    policy(o, 'postgres').ingress[0].from.push({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
    });
  }),
  mistake(OUTSIDE, 'health, from every namespace', (o) => {
    policy(o, 'catalogue').ingress.push({ from: [{ namespaceSelector: { matchLabels: {} } }], ports: tcp(8081) });
  }),
  mistake(OUTSIDE, 'from a namespace at all', (o) => {
    policy(o, 'catalogue').ingress[0].from.push({ namespaceSelector: {} });
  }),
  mistake(OUTSIDE, 'pods of our names in any namespace', (o) => {
    policy(o, 'catalogue').ingress[0].from[0].namespaceSelector = {};
  }),
  mistake(OUTSIDE, 'names, of every pod of kube-system', (o) => {
    delete policy(o, 'names').egress[0].to[0].podSelector;
  }),
  mistake(OUTSIDE, 'a policy of another name', (o) => {
    o.push({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'x', namespace: 'regiokompas' },
      spec: { ...policy(o, 'names'), policyTypes: ['Egress'] },
    });
  }),
  mistake(OUTSIDE, 'nobody may ask for names', (o) => drop(o, 'NetworkPolicy', 'names')),
  inProduction(OUTSIDE, 'nobody may fetch metrics', (o) => drop(o, 'NetworkPolicy', 'metrics')),
  inProduction(OUTSIDE, 'the object store is everywhere', (o) => {
    policy(o, 'postgres-outside').egress[1].to[0].ipBlock.cidr = '0.0.0.0/0';
  }),
  inProduction(OUTSIDE, 'the API server, asked by every pod', (o) => {
    policy(o, 'postgres-outside').podSelector = {};
  }),
  inProduction(OUTSIDE, 'health beside metrics', (o) => {
    policy(o, 'metrics').ingress[0].ports.push({ protocol: 'TCP', port: 8081 });
  }),
  mistake('open ports are ports that something listens on', 'incoming', (o) => {
    policy(o, 'catalogue').ingress[0].ports[0].port = 8080;
  }),
  mistake('open ports are ports that something listens on', 'outgoing', (o) => {
    policy(o, 'catalogue').egress[0].ports[0].port = 8080;
  }),
  inProduction('open ports are ports that something listens on', 'metrics', (o) => {
    policy(o, 'metrics').ingress[0].ports[0].port = 9091;
  }),
  mistake(BOTH, 'the caller may not call', (o) => {
    policy(o, 'intake').egress[0].to.shift();
  }),
  mistake(BOTH, 'the called may not be called', (o) => {
    policy(o, 'progress').ingress[0].from.pop();
  }),
  mistake(BOTH, 'the database does not let the Job in', (o) => {
    policy(o, 'postgres').ingress[0].from.pop();
  }),
  mistake(BOTH, 'a peer that is not there', (o) =>
    configure(o, 'catalogue', 'collaboration-headless', 'colaboration-headless'),
  ),
  mistake(BOTH, 'a database of another name', (o) => configure(o, 'intake', 'postgres-rw', 'postgres')),
  inProduction(BOTH, 'standbys may not reach the primary', (o) => {
    policy(o, 'postgres-instances').ingress.shift();
  }),
  mistake(ELSE, 'a caller too many', (o) => {
    policy(o, 'catalogue').ingress[0].from.push({
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'indicator' } },
    });
  }),
  mistake(ELSE, 'a call too many', (o) => {
    policy(o, 'catalogue').egress[0].to.push({ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'intake' } } });
  }),
  mistake(ELSE, 'the metrics of others', (o) => {
    policy(o, 'catalogue').ingress[0].ports.push({ protocol: 'TCP', port: 9090 });
  }),

  mistake(IMAGES, 'no tag', (o) => {
    container(o).image = 'regiokompas';
  }),
  mistake(IMAGES, 'latest', (o) => {
    container(o).image = 'regiokompas:latest';
  }),
  mistake(IMAGES, 'another version', (o) => {
    container(o).image = 'localhost/regiokompas:0.0.1';
  }),
  mistake(IMAGES, 'one that is not built here', (o) => {
    container(o).image = 'regiokompas:0.1.0';
  }),
  mistake(IMAGES, 'a registry', (o) => {
    container(o).image = 'images.example/regiokompas:0.1.0';
  }),
  mistake(IMAGES, 'half a digest', (o) => {
    container(o).image = 'regiokompas@sha256:00';
  }),
  inProduction(IMAGES, 'a database without a version', (o) => {
    cluster(o).imageName = 'postgresql';
  }),

  mistake(SECRETS, 'a secret', (o) => {
    o.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'regiokompas' }, stringData: {} });
  }),
  mistake(SECRETS, 'a key in a ConfigMap', (o) => {
    o.find((object) => object.kind === 'ConfigMap').data.x = '-----BEGIN PRIVATE KEY-----';
  }),
  mistake(SECRETS, 'a password in a connection string', (o) =>
    configure(o, 'catalogue', 'connect_timeout=5', 'connect_timeout=5 password=x'),
  ),
  mistake(SECRETS, 'a password in the environment', (o) => {
    container(o).env = [{ name: 'PGPASSWORD', value: 'x' }];
  }),

  mistake(SURVIVE, 'no budget', (o) => drop(o, 'PodDisruptionBudget', 'catalogue')),
  mistake(SURVIVE, 'a budget that stops every node', (o) => {
    find(o, 'PodDisruptionBudget', 'catalogue').spec.maxUnavailable = 0;
  }),
  mistake(SURVIVE, 'no spread over zones', (o) => {
    pod(o).topologySpreadConstraints.shift();
  }),
  mistake(SURVIVE, 'spread of other pods', (o) => {
    pod(o).topologySpreadConstraints[1].labelSelector.matchLabels = { x: 'y' };
  }),
  mistake(SURVIVE, 'releases that take away first', (o) => {
    deployment(o).spec.strategy.rollingUpdate.maxUnavailable = 1;
  }),
  mistake(SURVIVE, 'releases that add nothing', (o) => {
    deployment(o).spec.strategy.rollingUpdate.maxSurge = 0;
  }),
  mistake(SURVIVE, 'releases that no caller can follow', (o) => {
    delete deployment(o, 'collaboration').spec.minReadySeconds;
  }),
  mistake(SURVIVE, 'releases that few callers can follow', (o) => {
    deployment(o, 'intake').spec.minReadySeconds = 5;
  }),
  mistake(SURVIVE, 'a Service that is not headless', (o) => {
    delete find(o, 'Service', 'catalogue-headless').spec.clusterIP;
  }),
  mistake(SURVIVE, 'no Service', (o) => drop(o, 'Service', 'catalogue')),
  inProduction(SURVIVE, 'one replica', (o) => {
    deployment(o).spec.replicas = 1;
  }),

  mistake(FIT, 'a Service that leads nowhere', (o) => {
    find(o, 'Service', 'catalogue').spec.selector = { 'app.kubernetes.io/name': 'catalog' };
  }),
  mistake(FIT, 'a Service that leads everywhere', (o) => {
    find(o, 'Service', 'catalogue').spec.selector = { 'app.kubernetes.io/component': 'service' };
  }),
  mistake(FIT, 'a port that no container has', (o) => {
    find(o, 'Service', 'catalogue').spec.ports[0].targetPort = 'https';
  }),
  mistake(FIT, 'a Deployment that does not know its pods', (o) => {
    deployment(o).spec.selector.matchLabels = { 'app.kubernetes.io/name': 'progress' };
  }),
  inProduction(FIT, 'a monitor without a port', (o) => {
    find(o, 'ServiceMonitor', 'catalogue').spec.endpoints[0].port = 'http';
  }),
  inProduction(FIT, 'a monitor without pods', (o) => {
    find(o, 'PodMonitor', 'postgres').spec.selector.matchLabels = { x: 'y' };
  }),

  mistake('configurations are read by the program', 'an unknown key', (o) =>
    configure(o, 'catalogue', 'drain_seconds', 'drane_seconds'),
  ),
  mistake('configurations are read by the program', 'a broken one', (o) => configure(o, 'migration', '}', '')),
  mistake('configurations are read by the program', 'none', (o) => {
    container(o).volumeMounts.shift();
  }),
  mistake('configurations are read by the program', 'one that is not used', (o) => {
    container(o).args = ['serve'];
  }),
  mistake(FILES, 'a mount forgotten', (o) => {
    container(o).volumeMounts = container(o).volumeMounts.filter((mount) => mount.name !== 'tls');
  }),
  mistake(FILES, 'a mount elsewhere', (o) => {
    container(o).volumeMounts.find((mount) => mount.name === 'identity').mountPath = '/identity';
  }),
  mistake(FILES, 'another file', (o) => configure(o, 'catalogue', 'database/app/tls.key', 'database/app/key.pem')),
  mistake(FILES, 'an item forgotten', (o) => {
    volume(o, 'database').projected.sources[0].secret.items.pop();
  }),
  mistake(FILES, 'a secret of no use', (o) => {
    pod(o).volumes.push({ name: 'x', secret: { secretName: 'catalogue-owner-database', defaultMode: 0o440 } });
    container(o).volumeMounts.push({ name: 'x', mountPath: '/x' });
  }),
  mistake(APART, 'the authority beside the certificate of a pod', (o) => {
    volume(o, 'tls').secret.items.push({ key: 'ca.crt', path: 'ca.crt' });
  }),
  mistake(APART, 'the authority of cert-manager of the day', (o) =>
    configure(o, 'catalogue', /client_ca_file: .*/, 'client_ca_file: "/var/run/regiokompas/tls/ca.crt"'),
  ),
  mistake(APART, 'the authority of the database for pods', (o) =>
    configure(o, 'intake', 'authorities/pods.crt', 'authorities/database.crt'),
  ),
  mistake(APART, 'the authority of pods for the database', (o) =>
    configure(o, 'migration', 'authorities/database.crt', 'authorities/pods.crt'),
  ),
  mistake(APART, 'a database of a try that takes it from its certificate', (o) => {
    const { args } = find(o, 'StatefulSet', 'postgres').spec.template.spec.containers[0];
    args[args.findIndex((word) => word.startsWith('ssl_ca_file='))] = 'ssl_ca_file=/var/run/regiokompas/tls/ca.crt';
  }),
  inProduction(APART, 'a database that takes it from its certificate', (o) => {
    cluster(o).certificates.clientCASecret = 'postgres-replication-tls';
  }),
  mistake(SOURCES, 'a secret that nothing makes', (o) => {
    volume(o, 'page-token').secret.secretName = 'page-token';
  }),
  mistake(SOURCES, 'a key that it has not', (o) => {
    volume(o, 'database').projected.sources[0].secret.items[0].key = 'cert.pem';
  }),
  mistake(SOURCES, 'a volume that is not there', (o) => {
    pod(o).volumes = pod(o).volumes.filter((candidate) => candidate.name !== 'tls');
  }),
  inProduction(SOURCES, 'a certificate that nobody asks for', (o) => drop(o, 'Certificate', 'catalogue-feed-database')),
  mistake('keys are readable for the group and for nobody else', 'the usual mode', (o) => {
    delete volume(o, 'tls').secret.defaultMode;
  }),
  mistake('keys are readable for the group and for nobody else', 'no group', (o) => {
    delete pod(o).securityContext.fsGroup;
  }),
  mistake('ports of a service are those of its configuration', 'another port', (o) =>
    configure(o, 'catalogue', '0.0.0.0:9090', '0.0.0.0:9091'),
  ),
  mistake('ports of a service are those of its configuration', 'a port without a name', (o) => {
    container(o).ports[1].name = 'probe';
  }),

  mistake(ROLES, 'another service', (o) => configure(o, 'catalogue', 'services: "catalogue"', 'services: "progress"')),
  mistake(ROLES, 'the owner', (o) => configure(o, 'catalogue', 'user=catalogue_app', 'user=catalogue_owner')),
  mistake(ROLES, 'an owner connection', (o) => configure(o, 'intake', '  connection:', '  owner_connection:')),
  mistake(ROLES, 'the certificate of the feed', (o) =>
    configure(o, 'catalogue', 'sslkey=/var/run/regiokompas/database/app', 'sslkey=/var/run/regiokompas/database/feed'),
  ),
  mistake(BY_CERTIFICATE, 'anybody may be the database', (o) =>
    configure(o, 'catalogue', 'sslmode=verify-full', 'sslmode=require'),
  ),
  mistake(BY_CERTIFICATE, 'no certificate', (o) => configure(o, 'migration', /sslcert=\S+tls.crt/, '')),
  mistake('a database that is gone is noticed', 'a lost machine', (o) =>
    configure(o, 'catalogue', 'tcp_user_timeout=5000', ''),
  ),
  mistake('a database that is gone is noticed', 'a former primary', (o) =>
    configure(o, 'migration', 'target_session_attrs=read-write', ''),
  ),
  mistake(MUTUAL, 'no certificate is asked for', (o) => configure(o, 'catalogue', /client_ca_file: .*/, '')),
  mistake(MUTUAL, 'none is shown', (o) => configure(o, 'catalogue', /(ca_file: .*\n) *certificate_file: .*/, '$1')),
  mistake(MUTUAL, 'one replica only', (o) => configure(o, 'catalogue', 'collaboration-headless', 'collaboration')),
  mistake(TRUST, 'development', (o) =>
    configure(o, 'catalogue', 'audience: "regiokompas"', 'audience: "regiokompas" development: true'),
  ),
  mistake(TRUST, 'nobody', (o) => configure(o, 'catalogue', /issuer \{[^}]*\}/, '')),
  mistake(TRUST, 'tokens of services for people', (o) =>
    configure(o, 'intake', 'audience: "regiokompas"', 'audience: "regiokompas" services: true'),
  ),
  mistake('a pod gets the time that draining takes', 'too little', (o) => {
    pod(o).terminationGracePeriodSeconds = 30;
  }),
  mistake('a pod gets the time that draining takes', 'callers do not hear of it', (o) =>
    configure(o, 'catalogue', 'drain_wait_seconds: 5', 'drain_wait_seconds: 0'),
  ),
  mistake('the database has connections for all replicas', 'many replicas', (o) => {
    deployment(o).spec.replicas = 20;
  }),
  inProduction('the database has connections for all replicas', 'the usual limit', (o) => {
    cluster(o).postgresql.parameters.max_connections = '100';
  }),

  inProduction(WHO, 'another name', (o) => {
    certificate(o, 'collaboration-tls').dnsNames.shift();
  }),
  inProduction(WHO, 'not for clients', (o) => {
    certificate(o, 'catalogue-tls').usages.pop();
  }),
  inProduction(WHO, 'another role', (o) => {
    certificate(o, 'catalogue-app-database').commonName = 'catalogue_owner';
  }),
  inProduction(WHO, 'the superuser', (o) => {
    certificate(o, 'postgres-server-tls').commonName = 'postgres';
  }),
  inProduction(WHO, 'the other authority', (o) => {
    certificate(o, 'catalogue-feed-database').issuerRef.name = 'pods';
  }),
  inProduction(WHO, 'an authority that is none', (o) => {
    certificate(o, 'pods-authority').isCA = false;
  }),
  inProduction(WHO, 'no issuer', (o) => drop(o, 'Issuer', 'pods')),
  inProduction(WHO, 'a database of another name', (o) => {
    certificate(o, 'postgres-server-tls').dnsNames = ['postgres'];
  }),
  inProduction(REPLICATED, 'two instances', (o) => {
    cluster(o).instances = 2;
  }),
  inProduction(REPLICATED, 'no synchronous standby', (o) => {
    delete cluster(o).postgresql.synchronous;
  }),
  inProduction(REPLICATED, 'passwords', (o) => {
    cluster(o).postgresql.pg_hba.unshift('host all all all scram-sha-256');
  }),
  inProduction(REPLICATED, 'a certificate for the superuser', (o) => {
    cluster(o).postgresql.pg_hba.shift();
  }),
  inProduction(REPLICATED, 'the superuser refused too late', (o) => {
    cluster(o).postgresql.pg_hba.reverse();
  }),
  inProduction(REPLICATED, 'two instances on one node', (o) => {
    cluster(o).affinity.podAntiAffinityType = 'preferred';
  }),
  inProduction(REPLICATED, 'one instance in each zone only', (o) => {
    cluster(o).affinity.topologyKey = 'topology.kubernetes.io/zone';
  }),
  inProduction(REPLICATED, 'all instances in one zone', (o) => {
    delete cluster(o).topologySpreadConstraints;
  }),
  inProduction(REPLICATED, 'the superuser over the network', (o) => {
    cluster(o).enableSuperuserAccess = true;
  }),
  inProduction(REPLICATED, 'no log elsewhere', (o) => {
    cluster(o).plugins = [];
  }),
  inProduction(REPLICATED, 'no backups', (o) => drop(o, 'ScheduledBackup', 'nightly')),
  inProduction(REPLICATED, 'no key for the store', (o) => {
    find(o, 'ObjectStore', 'backup').spec.configuration.s3Credentials.accessKeyId.key = 'x';
  }),
  mistake('the database of a try lets nobody in without a certificate', 'trust', (o) => {
    const map = o.find((object) => object.data?.['pg_hba.conf']);
    map.data['pg_hba.conf'] = map.data['pg_hba.conf'].replace(/cert$/m, 'trust');
  }),
  mistake('the database of a try lets nobody in without a certificate', 'a certificate for the superuser', (o) => {
    const map = o.find((object) => object.data?.['pg_hba.conf']);
    map.data['pg_hba.conf'] = map.data['pg_hba.conf'].replace(/^hostssl all +postgres.*\n/m, '');
  }),
  mistake('the database of a try lets nobody in without a certificate', 'no TLS', (o) => {
    const { args } = find(o, 'StatefulSet', 'postgres').spec.template.spec.containers[0];
    args[args.indexOf('ssl=on')] = 'ssl=off';
  }),

  mistake('everything is in the namespace, which is restricted', 'elsewhere', (o) => {
    deployment(o).metadata.namespace = 'default';
  }),
  mistake('everything is in the namespace, which is restricted', 'not restricted', (o) => {
    find(o, 'Namespace', 'regiokompas').metadata.labels['pod-security.kubernetes.io/enforce'] = 'baseline';
  }),
  mistake('nothing asks for rights in the cluster', 'a role', (o) => {
    o.push({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' } });
  }),
  mistake('steps of the guide find their objects by label', 'no label', (o) => {
    delete deployment(o).metadata.labels['app.kubernetes.io/component'];
  }),
  mistake('a Job ends', 'never', (o) => {
    delete find(o, 'Job', 'migration').spec.activeDeadlineSeconds;
  }),
];

// Of values, for the validators: they return the object that is wrong.
const wrong = (what, kind, name, change, overlay = 'dev') => ({
  what,
  overlay,
  plant: (objects) => {
    const object = find(objects, kind, name);
    change(object.spec);
    return object;
  },
});

const VALUES = [
  wrong('replicas as a word', 'Deployment', 'catalogue', (spec) => {
    spec.replicas = 'two';
  }),
  wrong('no selector', 'Deployment', 'catalogue', (spec) => {
    delete spec.selector;
  }),
  wrong('a port as a word', 'Service', 'catalogue', (spec) => {
    spec.ports[0].port = 'grpc';
  }),
  wrong('types as one word', 'NetworkPolicy', 'catalogue', (spec) => {
    spec.policyTypes = 'Ingress';
  }),
  wrong('no template', 'Job', 'migration', (spec) => {
    delete spec.template;
  }),
  wrong('no service name', 'StatefulSet', 'postgres', (spec) => {
    spec.serviceName = 1;
  }),
  wrong('a probe without a port', 'Deployment', 'catalogue', (spec) => {
    delete spec.template.spec.containers[0].livenessProbe.grpc.port;
  }),
  wrong(
    'an unknown key size',
    'Certificate',
    'catalogue-tls',
    (spec) => {
      spec.privateKey.size = '256';
    },
    'production',
  ),
  wrong(
    'no secret',
    'Certificate',
    'catalogue-tls',
    (spec) => {
      delete spec.secretName;
    },
    'production',
  ),
  wrong(
    'no endpoints',
    'ServiceMonitor',
    'catalogue',
    (spec) => {
      spec.endpoints = {};
    },
    'production',
  ),
  wrong(
    'an unknown field of ours',
    'Cluster',
    'postgres',
    (spec) => {
      spec.instancez = 3;
    },
    'production',
  ),
  wrong(
    'an unknown method',
    'Cluster',
    'postgres',
    (spec) => {
      spec.postgresql.synchronous.method = 'all';
    },
    'production',
  ),
  wrong(
    'a schedule of five fields',
    'ScheduledBackup',
    'nightly',
    (spec) => {
      spec.schedule = '15 2 * * *';
    },
    'production',
  ),
  wrong(
    'no unit',
    'ObjectStore',
    'backup',
    (spec) => {
      spec.retentionPolicy = '30';
    },
    'production',
  ),
];

// Of fields that no schema knows, for the types.
const unknown = (field, kind, name, change, overlay = 'dev') => ({
  field,
  ...wrong(`${kind} with ${field}`, kind, name, change, overlay),
});

const FIELDS = [
  unknown('minAvailabl', 'PodDisruptionBudget', 'catalogue', (spec) => {
    spec.minAvailabl = 1;
  }),
  unknown('containerPortt', 'Deployment', 'catalogue', (spec) => {
    spec.template.spec.containers[0].ports[0].containerPortt = 1;
  }),
  unknown('readOnlyRootFileSystem', 'Deployment', 'progress', (spec) => {
    spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
  }),
  unknown('policyType', 'NetworkPolicy', 'catalogue', (spec) => {
    spec.policyType = [];
  }),
  unknown('ttlSecondsAfterFinish', 'Job', 'migration', (spec) => {
    spec.ttlSecondsAfterFinish = 1;
  }),
  unknown(
    'dnsName',
    'Certificate',
    'catalogue-tls',
    (spec) => {
      spec.dnsName = [];
    },
    'production',
  ),
  unknown(
    'endpoint',
    'ServiceMonitor',
    'catalogue',
    (spec) => {
      spec.endpoint = [];
    },
    'production',
  ),
];

module.exports = { MISTAKES, VALUES, FIELDS };
