// What must hold of the objects of an overlay. Each rule takes the same view of them and gives its complaints as texts.
'use strict';

const NAMESPACE = 'regiokompas';
const POD_AUTHORITY = 'pods';
const DATABASE_AUTHORITY = 'database';
const DRAIN_GRACE_SECONDS = 10; // services/cli/server_commands.cc: after that the server ends by force
const DATABASE_RESERVE = 20; // connections left to people, the operator and standbys
const ENDING_CONFIG = '/config.textproto';
const MIN_READY_SECONDS = 30; // as long as servers of names in a cluster may repeat an old answer
const OWN_IMAGE = 'localhost/regiokompas'; // deploy/image/build
const AUTHORITIES = 'authorities';
const DATABASE_AUTHORITIES = 'database-authorities';

const ALL_PODS = {};
const DATABASES = { matchLabels: { 'cnpg.io/cluster': 'postgres' } };
const SERVICES = {
  matchLabels: { 'app.kubernetes.io/component': 'service', 'app.kubernetes.io/part-of': 'regiokompas' },
};
const namespaced = (name, rest = {}) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  ...rest,
});
const NAMES = namespaced('kube-system', { podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } });
// Everything that is opened to what is not a pod of the namespace: of which policy, for which pods, to whom, at which
// port. Of addresses these are the examples that an overlay of one's own begins with.
const OUTSIDE = new Set(
  [
    ['names', ALL_PODS, 'egress', NAMES, 'UDP 53'],
    ['names', ALL_PODS, 'egress', NAMES, 'TCP 53'],
    ['metrics', SERVICES, 'ingress', namespaced('monitoring'), 'TCP 9090'],
    ['postgres-metrics', DATABASES, 'ingress', namespaced('monitoring'), 'TCP 9187'],
    ['postgres-instances', DATABASES, 'ingress', namespaced('cnpg-system'), 'TCP 5432'],
    ['postgres-instances', DATABASES, 'ingress', namespaced('cnpg-system'), 'TCP 8000'],
    ['postgres-outside', DATABASES, 'egress', { ipBlock: { cidr: '192.0.2.10/32' } }, 'TCP 443'],
    ['postgres-outside', DATABASES, 'egress', { ipBlock: { cidr: '192.0.2.10/32' } }, 'TCP 6443'],
    ['postgres-outside', DATABASES, 'egress', { ipBlock: { cidr: '198.51.100.0/24' } }, 'TCP 443'],
  ].map(canonical),
);

const label = (object) => `${object.kind}/${object.metadata.name}`;
const asArray = (value) => value ?? [];

// The same text for the same value, in whichever order its fields are written.
function canonical(value) {
  const sorted = (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part;
  return JSON.stringify(value, sorted);
}

const isPlainPeer = (peer) => Object.keys(peer).join() === 'podSelector';

// Each rule of a policy with its direction and its peers.
function policyRules({ spec }) {
  return [
    ...asArray(spec.ingress).map((rule) => ({ direction: 'ingress', rule, peers: asArray(rule.from) })),
    ...asArray(spec.egress).map((rule) => ({ direction: 'egress', rule, peers: asArray(rule.to) })),
  ];
}

// selects(SELECTOR, LABELS): matchLabels only; nothing else is used here, and another way is a complaint of its own.
function selects(selector, labels) {
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value);
}

// The objects with what several rules need: workloads with their pods, configurations, policies, what fills volumes.
function view(objects, { made, readConfig, version, suite }) {
  const of = (...kinds) => objects.filter((object) => kinds.includes(object.kind));
  const workloads = of('Deployment', 'StatefulSet', 'Job').map((object) => ({
    object,
    name: object.metadata.name,
    pod: object.spec.template.spec,
    labels: object.spec.template.metadata.labels,
    main: object.spec.template.spec.containers[0],
    containers: [...asArray(object.spec.template.spec.initContainers), ...object.spec.template.spec.containers],
  }));
  // The instances of CloudNativePG are pods too, and so are its Jobs that make them; all have this label.
  const databases = of('Cluster').map((object) => ({
    name: object.metadata.name,
    labels: { 'cnpg.io/cluster': object.metadata.name },
    ports: [5432, 8000, 9187],
  }));
  const keysOf = (kind, name) => {
    const object = of(kind).find((candidate) => candidate.metadata.name === name);
    if (object !== undefined) return Object.keys(object.data ?? {});
    if (kind === 'Secret' && of('Certificate').some((certificate) => certificate.spec.secretName === name)) {
      return ['tls.crt', 'tls.key', 'ca.crt'];
    }
    return made.get(`${kind}/${name}`);
  };
  for (const workload of workloads) {
    const volumes = new Map(asArray(workload.pod.volumes).map((volume) => [volume.name, sourcesOf(volume)]));
    workload.files = new Map();
    for (const mount of workload.containers.flatMap((container) => asArray(container.volumeMounts))) {
      for (const source of asArray(volumes.get(mount.name))) {
        const items = source.items ?? asArray(keysOf(source.kind, source.name)).map((key) => ({ key, path: key }));
        for (const item of items) {
          workload.files.set(`${mount.mountPath}/${item.path}`, { ...source, key: item.key });
        }
      }
    }
    const configFile = [...workload.files].find(([file]) => file.endsWith(ENDING_CONFIG));
    if (configFile === undefined) continue;
    const text = of('ConfigMap').find((map) => map.metadata.name === configFile[1].name)?.data[configFile[1].key] ?? '';
    const read = readConfig(text);
    workload.configError = read.error;
    workload.config = read.config;
  }
  const pods = [
    ...workloads.map((workload) => ({
      name: workload.name,
      labels: workload.labels,
      ports: workload.containers.flatMap((container) => asArray(container.ports).map((port) => port.containerPort)),
    })),
    ...databases,
  ];
  return {
    objects,
    of,
    workloads,
    databases,
    pods,
    keysOf,
    version,
    suite,
    policies: of('NetworkPolicy'),
    services: workloads.filter((workload) => workload.object.kind === 'Deployment'),
  };
}

function sourcesOf(volume) {
  if (volume.secret) return [{ kind: 'Secret', name: volume.secret.secretName, items: volume.secret.items }];
  if (volume.configMap) return [{ kind: 'ConfigMap', name: volume.configMap.name, items: volume.configMap.items }];
  return asArray(volume.projected?.sources).flatMap((source) => [
    ...(source.secret ? [{ kind: 'Secret', ...source.secret }] : []),
    ...(source.configMap ? [{ kind: 'ConfigMap', ...source.configMap }] : []),
  ]);
}

// Every file that a configuration names, with where it is named.
function pathsIn(config) {
  const paths = [];
  const add = (file) => {
    if (file) paths.push(file);
  };
  add(config.page_token_key_file);
  asArray(config.reference_data_file).forEach(add);
  add(config.service_identity?.key_file);
  asArray(config.issuer).forEach((issuer) => add(issuer.jwks_file));
  for (const files of [config.tls ?? {}, ...asArray(config.peer)]) {
    [files.certificate_file, files.key_file, files.client_ca_file, files.ca_file].forEach(add);
  }
  for (const connection of connectionsOf(config)) {
    [connection.sslrootcert, connection.sslcert, connection.sslkey, connection.passfile].forEach(add);
  }
  return paths;
}

function connectionsOf(config) {
  return asArray(config.database).flatMap((database) =>
    ['connection', 'feed_connection', 'owner_connection']
      .filter((field) => database[field])
      .map((field) => ({
        ...Object.fromEntries(
          database[field]
            .trim()
            .split(/\s+/)
            .map((word) => word.split('=')),
        ),
        field,
        service: database.service,
      })),
  );
}

const hostOf = (address) => address.replace(/^dns:\/\/\//, '').replace(/:\d+$/, '');
const portOf = (address) => Number(/:(\d+)$/.exec(address)?.[1]);

// Which pods a name of a Service leads to.
function podsBehind(v, host) {
  const [service, namespace, zone] = host.split('.');
  if (namespace !== NAMESPACE || zone !== 'svc') return [];
  const found = v.of('Service').find((object) => object.metadata.name === service);
  if (found !== undefined) return v.pods.filter((pod) => selects({ matchLabels: found.spec.selector }, pod.labels));
  return v.databases.filter((database) => `${database.name}-rw` === service);
}

// allowed(POLICIES, DIRECTION, POD, OTHER, PORT): by some policy that selects POD.
function allowed(v, direction, pod, other, port) {
  const [rules, peers] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  return v.policies.some(
    (policy) =>
      selects(policy.spec.podSelector, pod.labels) &&
      policy.spec.policyTypes.includes(direction) &&
      asArray(policy.spec[rules]).some(
        (rule) =>
          asArray(rule.ports).some((entry) => entry.port === port) &&
          asArray(rule[peers]).some(
            (peer) => peer.podSelector && !peer.namespaceSelector && selects(peer.podSelector, other.labels),
          ),
      ),
  );
}

// Every connection that a configuration asks for: from a pod to a pod, at a port.
function wanted(v) {
  const connections = [];
  for (const workload of v.workloads.filter((candidate) => candidate.config)) {
    const pod = v.pods.find((candidate) => candidate.name === workload.name);
    for (const peer of workload.config.peer) {
      for (const to of podsBehind(v, hostOf(peer.address)))
        connections.push({ from: pod, to, port: portOf(peer.address) });
    }
    for (const connection of connectionsOf(workload.config)) {
      for (const to of podsBehind(v, connection.host))
        connections.push({ from: pod, to, port: Number(connection.port) });
    }
  }
  for (const one of v.databases) for (const port of [5432, 8000]) connections.push({ from: one, to: one, port });
  return connections;
}

const RULES = {
  'every service of the suite is there': (v) => [
    ...v.suite
      .filter((name) => !v.services.some((service) => service.name === name))
      .map((name) => `no Deployment ${name}`),
    ...v.suite
      .filter((name) => {
        const migration = v.workloads.find(({ object }) => object.kind === 'Job');
        return !migration?.config?.database.some(({ service }) => service === name);
      })
      .map((name) => `${name} is not migrated`),
  ],

  'pods run without root and rights': (v) =>
    v.workloads.flatMap(({ object, pod, containers }) => {
      const problems = [];
      const complain = (what) => problems.push(`${label(object)}: ${what}`);
      if (pod.securityContext?.runAsNonRoot !== true) complain('runAsNonRoot is not set');
      if (!(pod.securityContext?.runAsUser > 0)) complain('runs as root or as nobody says whom');
      if (pod.securityContext?.seccompProfile?.type !== 'RuntimeDefault') complain('no seccomp profile');
      if (pod.automountServiceAccountToken !== false) complain('mounts a token for the API of the cluster');
      if (!v.of('ServiceAccount').some((account) => account.metadata.name === pod.serviceAccountName))
        complain('no account of its own');
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[field]) complain(field);
      for (const volume of asArray(pod.volumes)) if (volume.hostPath) complain(`volume ${volume.name} is of the node`);
      for (const container of containers) {
        const context = container.securityContext ?? {};
        if (context.readOnlyRootFilesystem !== true) complain('the root can be written');
        if (context.allowPrivilegeEscalation !== false) complain('privileges may grow');
        if (!asArray(context.capabilities?.drop).includes('ALL') || context.capabilities?.add)
          complain('capabilities are left');
        if ((context.seccompProfile?.type ?? 'RuntimeDefault') !== 'RuntimeDefault')
          complain('a container has a seccomp profile of its own');
        if (asArray(container.ports).some((port) => port.hostPort)) complain('a port of the node');
        if (context.privileged || context.runAsUser === 0 || context.runAsNonRoot === false)
          complain('a container has rights of its own');
      }
      return problems;
    }),

  'resources are asked for and limited': (v) =>
    [
      ...v.workloads.flatMap(({ object, containers }) =>
        containers.map((container) => [label(object), container.resources]),
      ),
      ...v.of('Cluster').map((object) => [label(object), object.spec.resources]),
    ].flatMap(([name, resources]) =>
      ['requests', 'limits'].flatMap((kind) =>
        ['cpu', 'memory']
          .filter((what) => resources?.[kind]?.[what] === undefined)
          .map((what) => `${name}: no ${kind} of ${what}`),
      ),
    ),

  'emptyDir volumes have a size': (v) =>
    v.workloads.flatMap(({ object, pod }) =>
      asArray(pod.volumes)
        .filter((volume) => volume.emptyDir && !volume.emptyDir.sizeLimit)
        .map((volume) => `${label(object)}: ${volume.name} has no limit`),
    ),

  'what runs for long has three probes': (v) =>
    v.workloads
      .filter(({ object }) => object.kind !== 'Job')
      .flatMap(({ object, containers }) =>
        containers.flatMap((container) =>
          ['startupProbe', 'livenessProbe', 'readinessProbe']
            .filter((probe) => container[probe] === undefined)
            .map((probe) => `${label(object)}: no ${probe}`),
        ),
      ),

  'services are probed at their health port': (v) =>
    v.services.flatMap(({ object, name, config, main }) => {
      const full = `regiokompas.${name}.v1.${name[0].toUpperCase()}${name.slice(1)}Service`;
      const expected = { startupProbe: '', livenessProbe: '', readinessProbe: full };
      return Object.entries(expected).flatMap(([probe, service]) => {
        const grpc = main[probe]?.grpc;
        const problems = [];
        if (grpc?.port !== portOf(config?.health_listen ?? ''))
          problems.push(`${label(object)}: ${probe} is not at the health port`);
        if (grpc?.service !== service) problems.push(`${label(object)}: ${probe} asks for "${grpc?.service}"`);
        return problems;
      });
    }),

  'everything is denied first': (v) => {
    const closed = v.policies.some(
      ({ spec }) =>
        Object.keys(spec.podSelector).length === 0 &&
        !spec.ingress &&
        !spec.egress &&
        spec.policyTypes.includes('Ingress') &&
        spec.policyTypes.includes('Egress'),
    );
    return closed ? [] : ['no policy denies all traffic of all pods'];
  },

  'every pod has a policy of its own, both ways': (v) =>
    v.pods.flatMap((pod) =>
      ['Ingress', 'Egress']
        .filter(
          (direction) =>
            // A database that asks nobody anything needs no line for it: what is denied first stays denied.
            !(direction === 'Egress' && pod.ports.includes(5432) && !v.databases.includes(pod)) &&
            !v.policies.some(
              ({ spec }) =>
                Object.keys(spec.podSelector.matchLabels ?? {}).length > 0 &&
                selects(spec.podSelector, pod.labels) &&
                spec.policyTypes.includes(direction),
            ),
        )
        .map((direction) => `${pod.name}: no policy for ${direction}`),
    ),

  'policies select by labels that a pod has': (v) =>
    v.policies.flatMap((policy) => {
      const selectors = [
        policy.spec.podSelector,
        ...[...asArray(policy.spec.ingress), ...asArray(policy.spec.egress)]
          .flatMap((rule) => [...asArray(rule.from), ...asArray(rule.to)])
          .filter((peer) => peer.podSelector && !peer.namespaceSelector)
          .map((peer) => peer.podSelector),
      ];
      return selectors
        .filter((selector) => selector.matchExpressions || !v.pods.some((pod) => selects(selector, pod.labels)))
        .map((selector) => `${label(policy)}: nothing is selected by ${JSON.stringify(selector)}`);
    }),

  'no policy opens to everybody': (v) =>
    v.policies.flatMap((policy) =>
      policyRules(policy).flatMap(({ rule, peers }) => [
        ...(peers.length === 0 ? [`${label(policy)}: a rule names nobody`] : []),
        ...(asArray(rule.ports).length === 0 ? [`${label(policy)}: a rule names no port`] : []),
        ...asArray(rule.ports)
          .filter(({ port, endPort }) => !Number.isInteger(port) || endPort !== undefined)
          .map(() => `${label(policy)}: a rule is for more than one port`),
        ...peers
          .filter((peer) => isPlainPeer(peer) && Object.keys(peer.podSelector?.matchLabels ?? {}).length === 0)
          .map(() => `${label(policy)}: a rule is for all pods`),
      ]),
    ),

  'who is outside is named one by one': (v) => {
    const openings = new Set(
      v.policies.flatMap(({ metadata, spec }) =>
        policyRules({ spec }).flatMap(({ direction, rule, peers }) =>
          peers
            .filter((peer) => !isPlainPeer(peer))
            .flatMap((peer) =>
              asArray(rule.ports).map(({ protocol, port }) =>
                canonical([metadata.name, spec.podSelector, direction, peer, `${protocol} ${port}`]),
              ),
            ),
        ),
      ),
    );
    // A database of a try has no operator, no backups and no metrics.
    const needed = [...OUTSIDE].filter((opening) => v.databases.length > 0 || JSON.parse(opening)[0] === 'names');
    return [
      ...[...openings].filter((opening) => !OUTSIDE.has(opening)).map((opening) => `nobody asked for ${opening}`),
      ...needed.filter((opening) => !openings.has(opening)).map((opening) => `closed: ${opening}`),
    ];
  },

  'open ports are ports that something listens on': (v) =>
    v.policies.flatMap((policy) => {
      const behind = (selector) => v.pods.filter((pod) => selects(selector, pod.labels));
      const incoming = asArray(policy.spec.ingress).flatMap((rule) =>
        asArray(rule.ports)
          .filter(({ port }) => !behind(policy.spec.podSelector).every((pod) => pod.ports.includes(port)))
          .map(({ port }) => port),
      );
      const outgoing = asArray(policy.spec.egress).flatMap((rule) =>
        asArray(rule.ports)
          .filter(({ port }) =>
            asArray(rule.to)
              .filter(isPlainPeer)
              .some((peer) => !behind(peer.podSelector).every((pod) => pod.ports.includes(port))),
          )
          .map(({ port }) => port),
      );
      return [...incoming, ...outgoing].map((port) => `${label(policy)}: nothing listens on ${port}`);
    }),

  'what a configuration calls is allowed on both sides': (v) => [
    ...v.workloads
      .filter(({ config }) => config)
      .flatMap(({ name, config }) =>
        [
          ...config.peer.map((peer) => peer.address),
          ...connectionsOf(config).map((connection) => `${connection.host}:${connection.port}`),
        ]
          .filter((address) => podsBehind(v, hostOf(address)).length === 0)
          .map((address) => `${name}: ${address} leads nowhere`),
      ),
    ...wanted(v).flatMap(({ from, to, port }) => [
      ...(allowed(v, 'Egress', from, to, port) ? [] : [`${from.name} may not call ${to.name} at ${port}`]),
      ...(allowed(v, 'Ingress', to, from, port) ? [] : [`${to.name} may not be called by ${from.name} at ${port}`]),
    ]),
  ],

  'nothing else is allowed inside the namespace': (v) => {
    const asked = new Set(wanted(v).map(({ from, to, port }) => `${from.name} ${to.name} ${port}`));
    return v.pods.flatMap((one) =>
      v.pods.flatMap((other) =>
        [...new Set([...one.ports, ...other.ports, 5432, 8443])].flatMap((port) => [
          ...(allowed(v, 'Egress', one, other, port) && !asked.has(`${one.name} ${other.name} ${port}`)
            ? [`${one.name} may call ${other.name} at ${port}, which no configuration asks for`]
            : []),
          ...(allowed(v, 'Ingress', one, other, port) && !asked.has(`${other.name} ${one.name} ${port}`)
            ? [`${one.name} may be called by ${other.name} at ${port}, which no configuration asks for`]
            : []),
        ]),
      ),
    );
  },

  'images have a version or a digest, and no registry': (v) =>
    [
      ...v.workloads.flatMap(({ object, containers }) => containers.map(({ image }) => [label(object), image])),
      ...v.of('Cluster').map((object) => [label(object), object.spec.imageName]),
    ].flatMap(([name, image]) => {
      const [, repository, , tag, , digest] = /^([^@:]+)(:([^@]+))?(@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
      const problems = [];
      if (repository === undefined || (tag === undefined && digest === undefined))
        problems.push('has neither version nor digest');
      if (tag !== undefined && !/^\d+\.\d+/.test(tag)) problems.push('has a tag that is no version');
      if (/[.:]/.test((repository ?? '').split('/').slice(0, -1)[0] ?? '')) problems.push('names a registry');
      if (/(^|\/)regiokompas$/.test(repository ?? '') && digest === undefined && tag !== v.version)
        problems.push(`is not ${v.version}`);
      if (/(^|\/)regiokompas$/.test(repository ?? '') && v.databases.length === 0 && repository !== OWN_IMAGE)
        problems.push(`is not what deploy/image/build makes`);
      return problems.map((problem) => `${name}: image ${image} ${problem}`);
    }),

  'no secret is in a manifest': (v) =>
    v.objects.flatMap((object) => {
      const problems = [];
      if (object.kind === 'Secret') problems.push(`${label(object)}: a secret`);
      if (/PRIVATE KEY|password=|AKIA[0-9A-Z]{16}|eyJ[A-Za-z0-9_-]{8,}\./.test(JSON.stringify(object)))
        problems.push(`${label(object)}: holds a secret`);
      const containers = object.spec?.template?.spec?.containers;
      for (const { name, value } of asArray(containers).flatMap((container) => asArray(container.env))) {
        if (/PASSWORD|SECRET|TOKEN|KEY/.test(name) && !name.endsWith('_FILE') && value)
          problems.push(`${label(object)}: ${name} in the environment`);
      }
      return problems;
    }),

  'services survive a node and a release': (v) =>
    v.services.flatMap(({ object, name, labels, pod }) => {
      const problems = [];
      const budget = v.of('PodDisruptionBudget').find((candidate) => selects(candidate.spec.selector, labels));
      if (budget === undefined) problems.push('no disruption budget');
      else if (budget.spec.maxUnavailable !== 1) problems.push('its disruption budget does not allow one pod to go');
      if (v.databases.length > 0 && !(object.spec.replicas >= 2)) problems.push('fewer than two replicas');
      for (const key of ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']) {
        const spread = asArray(pod.topologySpreadConstraints).find((candidate) => candidate.topologyKey === key);
        if (spread === undefined || !selects(spread.labelSelector, labels)) problems.push(`is not spread over ${key}`);
      }
      if (object.spec.strategy?.rollingUpdate?.maxUnavailable !== 0)
        problems.push('a release takes replicas away first');
      if (object.spec.strategy?.rollingUpdate?.maxSurge !== 1) problems.push('a release does not add one replica');
      if (!(object.spec.minReadySeconds >= MIN_READY_SECONDS))
        problems.push('a release is faster than callers learn where replicas are');
      if (!v.of('Service').some((service) => service.metadata.name === name)) problems.push('no Service');
      const headless = v.of('Service').find((service) => service.metadata.name === `${name}-headless`);
      if (headless?.spec.clusterIP !== 'None') problems.push('no headless Service');
      return problems.map((problem) => `${label(object)}: ${problem}`);
    }),

  'selectors and ports of Services fit': (v) => [
    ...v.of('Service').flatMap((service) => {
      const behind = v.workloads.filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
      if (behind.length !== 1) return [`${label(service)}: leads to ${behind.length} workloads`];
      const named = behind[0].containers.flatMap((container) => asArray(container.ports));
      return service.spec.ports
        .filter(
          ({ port, targetPort }) => !named.some((entry) => entry.name === targetPort && entry.containerPort === port),
        )
        .map(({ name }) => `${label(service)}: port ${name} is none of the container's`);
    }),
    ...v.workloads
      .filter(
        ({ object }) => object.spec.selector && !selects(object.spec.selector, object.spec.template.metadata.labels),
      )
      .map(({ object }) => `${label(object)}: does not select its own pods`),
    ...v
      .of('ServiceMonitor')
      .filter(
        (monitor) =>
          !v
            .of('Service')
            .some(
              (service) =>
                selects(monitor.spec.selector, service.metadata.labels) &&
                monitor.spec.endpoints.every((endpoint) =>
                  service.spec.ports.some(({ name }) => name === endpoint.port),
                ),
            ),
      )
      .map((monitor) => `${label(monitor)}: finds no port to scrape`),
    ...v
      .of('PodMonitor')
      .filter((monitor) => !v.pods.some((pod) => selects(monitor.spec.selector, pod.labels)))
      .map((monitor) => `${label(monitor)}: finds no pod to scrape`),
  ],

  'configurations are read by the program': (v) => [
    ...v.workloads
      .filter(({ configError }) => configError)
      .map(({ object, configError }) => `${label(object)}: ${configError}`),
    ...[...v.services, ...v.workloads.filter(({ object }) => object.kind === 'Job')]
      .filter(({ config, configError }) => !config && !configError)
      .map(({ object }) => `${label(object)}: has no configuration`),
    ...v.workloads
      .filter(({ config, main }) => config && !asArray(main.args).includes('/etc/regiokompas/config.textproto'))
      .map(({ object }) => `${label(object)}: starts without its configuration`),
  ],

  'files that a configuration names are mounted, and no others': (v) =>
    v.workloads
      .filter(({ config }) => config)
      .flatMap(({ object, config, files }) => {
        const named = pathsIn(config);
        return [
          ...named.filter((file) => !files.has(file)).map((file) => `${label(object)}: ${file} is not mounted`),
          ...[...files.keys()]
            .filter((file) => !file.endsWith(ENDING_CONFIG) && !named.includes(file))
            .filter((file) => files.get(file).kind === 'Secret')
            .map((file) => `${label(object)}: ${file} is mounted for nothing`),
        ];
      }),

  // cert-manager writes the authority of the day beside each certificate; to trust two for a while takes another place.
  'authorities are kept apart from certificates': (v) => {
    const trusted = v.workloads.flatMap(({ object, config, files, main }) => {
      const expect = (file, key) => {
        const source = files.get(file);
        return source?.kind === 'ConfigMap' && source.name === AUTHORITIES && source.key === key
          ? []
          : [`${label(object)}: ${file} is not ${key} of ${AUTHORITIES}`];
      };
      const server = asArray(main.args).find((word) => word.startsWith('ssl_ca_file='));
      return [
        ...(config?.tls?.client_ca_file ? expect(config.tls.client_ca_file, 'pods.crt') : []),
        ...asArray(config?.peer).flatMap((peer) => expect(peer.ca_file, 'pods.crt')),
        ...(config ? connectionsOf(config).flatMap(({ sslrootcert }) => expect(sslrootcert, 'database.crt')) : []),
        ...(server ? expect(server.slice('ssl_ca_file='.length), 'database.crt') : []),
        ...[...files.values()]
          .filter(({ kind, key }) => kind === 'Secret' && key === 'ca.crt')
          .map(({ name }) => `${label(object)}: mounts the authority beside the certificate ${name}`),
      ];
    });
    const ofCluster = v.of('Cluster').flatMap((cluster) =>
      ['serverCASecret', 'clientCASecret']
        .filter((field) => cluster.spec.certificates[field] !== DATABASE_AUTHORITIES)
        .map((field) => `${label(cluster)}: ${field} is not ${DATABASE_AUTHORITIES}`),
    );
    return [...trusted, ...ofCluster];
  },

  'what volumes take from is there': (v) =>
    v.workloads.flatMap(({ object, pod, files }) => [
      ...asArray(pod.volumes).flatMap((volume) =>
        sourcesOf(volume)
          .filter(({ kind, name }) => v.keysOf(kind, name) === undefined)
          .map(({ kind, name }) => `${label(object)}: nothing makes ${kind} ${name}`),
      ),
      ...[...files.values()]
        .filter(({ kind, name, key }) => v.keysOf(kind, name) && !v.keysOf(kind, name).includes(key))
        .map(({ kind, name, key }) => `${label(object)}: ${kind} ${name} has no ${key}`),
      ...asArray(object.spec.template.spec.containers).flatMap((container) =>
        asArray(container.volumeMounts)
          .filter(
            (mount) =>
              !asArray(pod.volumes).some((volume) => volume.name === mount.name) &&
              !asArray(object.spec.volumeClaimTemplates).some((claim) => claim.metadata.name === mount.name),
          )
          .map((mount) => `${label(object)}: volume ${mount.name} is not there`),
      ),
    ]),

  'keys are readable for the group and for nobody else': (v) =>
    v.workloads.flatMap(({ object, pod }) =>
      asArray(pod.volumes)
        .filter((volume) => volume.secret || volume.projected)
        // libpq takes a key of root that its group may read, and of another owner or mode none.
        .filter(
          (volume) => (volume.secret ?? volume.projected).defaultMode !== 0o440 || !(pod.securityContext?.fsGroup > 0),
        )
        .map((volume) => `${label(object)}: the mode of ${volume.name} is not 0440 with a group`),
    ),

  'ports of a service are those of its configuration': (v) =>
    v.services
      .filter(({ config }) => config)
      .flatMap(({ object, config, main }) => {
        const ports = Object.fromEntries(asArray(main.ports).map(({ name, containerPort }) => [name, containerPort]));
        const listens = { grpc: config.listen, health: config.health_listen, metrics: config.metrics_listen };
        return Object.entries(listens)
          .filter(([name, listen]) => ports[name] !== portOf(listen))
          .map(
            ([name, listen]) =>
              `${label(object)}: port ${name} is ${ports[name]}, but the configuration listens on ${listen}`,
          );
      }),

  'a service runs itself with its own roles': (v) =>
    v.workloads
      .filter(({ config }) => config)
      .flatMap(({ object, name, config, files }) => {
        const problems = [];
        const isService = object.kind === 'Deployment';
        if (isService && config.services.join() !== name) problems.push(`runs ${config.services.join()}`);
        const roles = { connection: 'app', feed_connection: 'feed', owner_connection: 'owner' };
        for (const { field, service, user, sslkey } of connectionsOf(config)) {
          const role = roles[field];
          if (isService !== (role !== 'owner')) problems.push(`has the role ${role}`);
          if (isService && service !== name) problems.push(`has the database of ${service}`);
          if (user !== `${service}_${role}`) problems.push(`is ${user} in the database of ${service}`);
          if (files.get(sslkey)?.name !== `${service}-${role}-database`)
            problems.push(`shows the certificate ${files.get(sslkey)?.name} as ${user}`);
        }
        return problems.map((problem) => `${label(object)}: ${problem}`);
      }),

  'the database knows roles by certificates and is known by its own': (v) =>
    v.workloads
      .filter(({ config }) => config)
      .flatMap(({ object, config }) =>
        connectionsOf(config).flatMap((connection) => {
          const problems = [];
          if (connection.sslmode !== 'verify-full')
            problems.push(`${connection.field} does not check whom it talks to`);
          if (!connection.sslrootcert || !connection.sslcert || !connection.sslkey)
            problems.push(`${connection.field} has no certificate`);
          if (connection.password) problems.push(`${connection.field} has a password`);
          return problems.map((problem) => `${label(object)}: ${problem}`);
        }),
      ),

  // Without these a service would wait a quarter of an hour for a machine that is gone, and write to a former primary.
  'a database that is gone is noticed': (v) =>
    v.workloads
      .filter(({ config }) => config)
      .flatMap(({ object, config }) =>
        connectionsOf(config).flatMap((connection) =>
          ['connect_timeout', 'tcp_user_timeout', 'keepalives_idle', 'keepalives_interval', 'keepalives_count']
            .filter((word) => !(Number(connection[word]) > 0))
            .concat(connection.target_session_attrs === 'read-write' ? [] : ['target_session_attrs'])
            .map((word) => `${label(object)}: ${connection.field} has no ${word}`),
        ),
      ),

  'services demand and show certificates': (v) =>
    v.services
      .filter(({ config }) => config)
      .flatMap(({ object, config }) => {
        const problems = [];
        if (!config.tls?.client_ca_file) problems.push('asks nobody for a certificate');
        for (const peer of config.peer) {
          if (!peer.ca_file || !peer.certificate_file || !peer.key_file)
            problems.push(`calls ${peer.service} without certificates`);
          if (hostOf(peer.address) !== `${peer.service}-headless.${NAMESPACE}.svc`)
            problems.push(`does not reach every replica of ${peer.service}`);
        }
        return problems.map((problem) => `${label(object)}: ${problem}`);
      }),

  'development keys and secrets of others are not trusted': (v) =>
    v.services
      .filter(({ config }) => config)
      .flatMap(({ object, name, config }) => [
        ...config.issuer
          .filter((issuer) => issuer.development)
          .map((issuer) => `${label(object)}: ${issuer.name} is for development`),
        ...(config.issuer.some((issuer) => !issuer.services) ? [] : [`${label(object)}: trusts nobody`]),
        ...(config.issuer.some((issuer) => issuer.services) === (name === 'collaboration')
          ? []
          : [`${label(object)}: tokens of services`]),
      ]),

  'a pod gets the time that draining takes': (v) =>
    v.services
      .filter(({ config }) => config)
      .flatMap(({ object, pod, config }) => {
        const needed = config.drain_wait_seconds + Math.max(config.drain_seconds, 20) + DRAIN_GRACE_SECONDS;
        return pod.terminationGracePeriodSeconds > needed && config.drain_wait_seconds > 0
          ? []
          : [`${label(object)}: ${pod.terminationGracePeriodSeconds} s to end, and draining may take ${needed} s`];
      }),

  'the database has connections for all replicas': (v) => {
    const used = v.services
      .filter(({ config }) => config)
      .reduce((sum, { object, config }) => {
        const replicas = object.spec.replicas + (object.spec.strategy?.rollingUpdate?.maxSurge ?? 1);
        return (
          sum +
          replicas *
            config.database.reduce(
              (each, database) => each + (database.max_connections || 8) + (database.feed_connection ? 1 : 0),
              0,
            )
        );
      }, 0);
    const argument = v.workloads
      .flatMap(({ containers }) => containers.flatMap((container) => asArray(container.args)))
      .find((word) => word.startsWith('max_connections='));
    const limit = Number(
      argument?.slice('max_connections='.length) ?? v.of('Cluster')[0]?.spec.postgresql.parameters.max_connections,
    );
    return used + DATABASE_RESERVE <= limit
      ? []
      : [`${used} connections and a reserve of ${DATABASE_RESERVE} are more than ${limit}`];
  },

  'certificates say who somebody is': (v) => {
    const certificates = v.of('Certificate');
    if (certificates.length === 0) return [];
    const bySecret = new Map(certificates.map((certificate) => [certificate.spec.secretName, certificate]));
    const problems = [];
    for (const { object, name, config, files } of v.workloads.filter((workload) => workload.config)) {
      for (const peer of config.peer) {
        const shown = bySecret.get(`${peer.service}-tls`)?.spec;
        if (!asArray(shown?.dnsNames).includes(hostOf(peer.address)))
          problems.push(`${peer.service}-tls is not for ${hostOf(peer.address)}`);
      }
      if (object.kind === 'Deployment') {
        const own = bySecret.get(`${name}-tls`)?.spec;
        for (const usage of ['server auth', 'client auth'])
          if (!asArray(own?.usages).includes(usage)) problems.push(`${name}-tls is not for ${usage}`);
        if (own?.issuerRef.name !== POD_AUTHORITY)
          problems.push(`${name}-tls is not of the authority ${POD_AUTHORITY}`);
      }
      for (const { user, host, sslkey } of connectionsOf(config)) {
        const shown = bySecret.get(files.get(sslkey)?.name)?.spec;
        if (shown?.commonName !== user) problems.push(`${user} shows the certificate of ${shown?.commonName}`);
        if (shown?.issuerRef.name !== DATABASE_AUTHORITY || !asArray(shown?.usages).includes('client auth'))
          problems.push(`${user} shows no certificate of the database`);
        if (!asArray(bySecret.get('postgres-server-tls')?.spec.dnsNames).includes(host))
          problems.push(`the database has no certificate for ${host}`);
      }
    }
    for (const { metadata, spec } of certificates) {
      const known = v.workloads
        .filter(({ config }) => config)
        .flatMap(({ config }) => connectionsOf(config).map(({ user }) => user));
      if (
        spec.issuerRef.name === DATABASE_AUTHORITY &&
        spec.commonName &&
        ![...known, 'streaming_replica'].includes(spec.commonName)
      ) {
        problems.push(`${metadata.name} makes somebody ${spec.commonName} in the database`);
      }
      if (!v.of('Issuer').some((issuer) => issuer.metadata.name === spec.issuerRef.name))
        problems.push(`${metadata.name} has no issuer`);
      if (!spec.isCA && parseInt(spec.renewBefore) * 2 > parseInt(spec.duration))
        problems.push(`${metadata.name} is renewed all the time`);
    }
    for (const issuer of v.of('Issuer')) {
      if (issuer.spec.ca && !bySecret.get(issuer.spec.ca.secretName)?.spec.isCA)
        problems.push(`${issuer.metadata.name} has no authority`);
    }
    return [...new Set(problems)];
  },

  'the database is replicated and backed up': (v) =>
    v.of('Cluster').flatMap((cluster) => {
      const { spec } = cluster;
      const problems = [];
      if (!(spec.instances >= 3)) problems.push('a lost instance stops every write');
      if (!(spec.postgresql.synchronous?.number >= 1)) problems.push('a commit is on one machine only');
      if (spec.enableSuperuserAccess !== false) problems.push('the superuser may come in over the network');
      const lines = spec.postgresql.pg_hba;
      if (
        lines.join('\n') !==
        ['hostssl all postgres all reject', 'hostssl regiokompas all all cert', 'host all all all reject'].join('\n')
      )
        problems.push('somebody comes in without a certificate, or as the superuser');
      if (spec.affinity.podAntiAffinityType !== 'required' || spec.affinity.topologyKey !== 'kubernetes.io/hostname')
        problems.push('a lost node may take two instances');
      const zones = asArray(spec.topologySpreadConstraints).find(
        ({ topologyKey }) => topologyKey === 'topology.kubernetes.io/zone',
      );
      if (zones?.labelSelector.matchLabels['cnpg.io/cluster'] !== cluster.metadata.name)
        problems.push('is not spread over zones');
      const archive = asArray(spec.plugins).find((plugin) => plugin.isWALArchiver)?.parameters.barmanObjectName;
      const store = v.of('ObjectStore').find((object) => object.metadata.name === archive);
      if (store === undefined) problems.push('its log is kept nowhere else');
      else {
        for (const { name, key } of Object.values(store.spec.configuration.s3Credentials)) {
          if (!asArray(v.keysOf('Secret', name)).includes(key)) problems.push(`nothing makes ${key} of Secret ${name}`);
        }
      }
      if (!v.of('ScheduledBackup').some((backup) => backup.spec.cluster.name === cluster.metadata.name))
        problems.push('nothing makes backups');
      for (const secret of Object.values(spec.certificates)) {
        if (v.keysOf('Secret', secret) === undefined) problems.push(`nothing makes Secret ${secret}`);
      }
      return problems.map((problem) => `${label(cluster)}: ${problem}`);
    }),

  'the database of a try lets nobody in without a certificate': (v) =>
    v.of('StatefulSet').flatMap((set) => {
      const hba =
        v
          .of('ConfigMap')
          .map((map) => map.data['pg_hba.conf'])
          .find((text) => text !== undefined) ?? '';
      const lines = hba
        .split('\n')
        .filter((line) => line && !line.startsWith('#'))
        .map((line) => line.split(/\s+/).join(' '));
      const expected = [
        'local all postgres peer',
        'hostssl all postgres all reject',
        'hostssl regiokompas all all cert',
        'host all all all reject',
      ];
      const containers = set.spec.template.spec.containers;
      const problems = [];
      if (lines.join('\n') !== expected.join('\n')) problems.push('pg_hba.conf lets others in');
      if (
        !asArray(containers[0].args).includes('ssl=on') ||
        !asArray(containers[0].args).some((word) => word.startsWith('hba_file='))
      )
        problems.push('does not use its settings');
      return problems.map((problem) => `${label(set)}: ${problem}`);
    }),

  'everything is in the namespace, which is restricted': (v) =>
    v.objects.flatMap((object) => {
      if (object.kind === 'Namespace') {
        return object.metadata.name === NAMESPACE &&
          object.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted'
          ? []
          : [`${label(object)}: is not the restricted one`];
      }
      return object.metadata.namespace === NAMESPACE ? [] : [`${label(object)}: is not in ${NAMESPACE}`];
    }),

  'nothing asks for rights in the cluster': (v) =>
    v.objects
      .filter(({ kind }) => /Role|Binding|CustomResourceDefinition|Webhook|ClusterIssuer|PersistentVolume$/.test(kind))
      .map((object) => `${label(object)}: asks for rights`),

  'steps of the guide find their objects by label': (v) =>
    v.objects
      .filter(
        (object) =>
          object.metadata.labels?.['app.kubernetes.io/part-of'] !== 'regiokompas' ||
          !['foundation', 'database', 'migration', 'service'].includes(
            object.metadata.labels?.['app.kubernetes.io/component'],
          ),
      )
      .map((object) => `${label(object)}: belongs to no step`),

  'a Job ends': (v) =>
    v
      .of('Job')
      .filter(
        ({ spec }) =>
          !(spec.activeDeadlineSeconds > 0) || !['Never', 'OnFailure'].includes(spec.template.spec.restartPolicy),
      )
      .map((object) => `${label(object)}: may run for ever`),
};

// judge(OBJECTS, CONTEXT): [[rule, complaint]…]
function judge(objects, context) {
  const v = view(objects, context);
  return Object.entries(RULES).flatMap(([name, rule]) => rule(v).map((complaint) => [name, complaint]));
}

module.exports = { RULES, judge };
