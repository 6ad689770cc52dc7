# shellcheck shell=bash
# A running suite for tests that look at it from outside: the real program in a process of its own, with its own database in
# the cluster of the tests. Sourced by scripts that have set -euo pipefail on; what it makes is in $WORK and gone with the script.
# They set CLI and DEV (paths of regiokompas and regiokompas-dev) and call suite_start.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
unset LANG LC_ALL
# Short: the path of a socket holds 107 bytes.
WORK=$(mktemp -d /tmp/rk-suite.XXXXXX)
SOCKET=$WORK/s
DATABASE=regiokompas_suite_$$
SUITE_PID=""

suite_stop() {
  if [[ -n $SUITE_PID ]]; then kill -KILL "$SUITE_PID" 2>/dev/null || true; fi
  if [[ -n ${REGIOKOMPAS_TEST_POSTGRES-} ]]; then suite_sql postgres -c "DROP DATABASE IF EXISTS $DATABASE WITH (FORCE)" || true; fi
  rm -rf -- "$WORK"
}

# suite_sql DATABASE WORD…: psql as the superuser of the cluster.
suite_sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$REGIOKOMPAS_TEST_POSTGRES" -U "$REGIOKOMPAS_TEST_SUPERUSER" -d "$@"; }

# Every service that has roles gets its entry; those that the program does not know yet are not used.
suite_config() {
  local service base
  printf 'listen: "unix:%s"\npage_token_key_file: "%s/page.key"\n' "$SOCKET" "$WORK"
  printf 'issuer { name: "dev" jwks_file: "%s/dev.jwks.json" audience: "regiokompas" development: true }\n' "$WORK"
  printf 'issuer { name: "services" jwks_file: "%s/services/dev.jwks.json" audience: "regiokompas" services: true }\n' "$WORK"
  printf 'service_identity { issuer: "services" audience: "regiokompas" key_file: "%s/services/dev.key.pem" }\n' "$WORK"
  while read -r service; do
    base="host=$REGIOKOMPAS_TEST_POSTGRES dbname=$DATABASE user=$service"
    printf 'database { service: "%s" connection: "%s_app" owner_connection: "%s_owner" feed_connection: "%s_feed" }\n' \
      "$service" "$base" "$base" "$base"
  done < <(sed -nE "s/^\\\\set services '\{(.*)\}'$/\1/p" "$ROOT/deploy/postgres/bootstrap.sql" | tr , '\n')
}

# suite_token OWNER=ROLE…: prints a token.
suite_token() {
  local owner words=()
  for owner in "$@"; do words+=(--owner "$owner"); done
  "$DEV" token --key "$WORK/dev.key.pem" --subject jansen "${words[@]}"
}

# suite_start [CONFIGURATION]: makes the database and returns when all services serve; SERVICES are their names, as the server
# says. CONFIGURATION is added to that of all suites.
suite_start() {
  local log=$WORK/serve.log _
  if [[ -z ${REGIOKOMPAS_TEST_POSTGRES-} || -z ${REGIOKOMPAS_TEST_SUPERUSER-} ]]; then
    printf 'no cluster: run this with deploy/local/test, or start one with deploy/local/postgres start --dir DIR and export\n' >&2
    printf 'REGIOKOMPAS_TEST_POSTGRES (the socket directory that it prints) and REGIOKOMPAS_TEST_SUPERUSER=postgres\n' >&2
    return 1
  fi
  suite_sql postgres -v database="$DATABASE" -f "$ROOT/deploy/postgres/bootstrap.sql" >/dev/null
  "$DEV" keys --out "$WORK" >/dev/null
  "$DEV" keys --out "$WORK/services" >/dev/null
  head -c 32 /dev/zero >"$WORK/page.key"
  { suite_config && printf '%s\n' "${1-}"; } >"$WORK/config.textproto"
  "$CLI" migrate --config "$WORK/config.textproto" >/dev/null
  : >"$log"
  "$CLI" serve --config "$WORK/config.textproto" >>"$log" 2>&1 </dev/null &
  SUITE_PID=$!
  disown
  for _ in {1..300}; do
    # shellcheck disable=SC2034  # for the scripts that source this
    SERVICES=$(sed -nE 's/.*"event":"serving".*"services":"([^"]+)".*/\1/p' "$log")
    if [[ -n $SERVICES ]]; then return; fi
    if ! kill -0 "$SUITE_PID" 2>/dev/null; then break; fi
    sleep 0.1
  done
  printf 'the services do not start:\n' >&2
  cat -- "$log" >&2
  return 1
}
