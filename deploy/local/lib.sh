# shellcheck shell=bash
# What the scripts of this folder share. Sourced by them, never run; they have set -euo pipefail on.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
LOCAL=$ROOT/deploy/local
TOOLS=$ROOT/deploy/tools
# shellcheck disable=SC2034  # for the scripts that source this
BUILD=$ROOT/build/release

# A stricter mask of the caller would lock PostgreSQL's user out of its own data; what is secret gets its mode by name.
umask 022

# A PGHOST or PGOPTIONS of the caller's own work must not reach our cluster.
for variable in "${!PG@}"; do unset "$variable"; done
unset variable

# text DUTCH ENGLISH: prints the one that the reader wants. Dutch, unless LANG asks for English; commands that only
# developers use set it to English themselves.
READER=${LANG:-nl}
text() {
  case $READER in
    en*) printf '%s' "$2" ;;
    *) printf '%s' "$1" ;;
  esac
}

say() { printf '%s\n' "$(text "$1" "$2")"; }

# die CODE DUTCH ENGLISH: one message (what, where, what to do), and the end.
die() {
  local code=$1
  shift
  printf '%s: %s\n' "$(basename -- "$0")" "$(text "$@")" >&2
  exit "$code"
}

# The separator inside EPOCHREALTIME follows the locale, so both are taken out.
now_ms() {
  local micros=${EPOCHREALTIME//[.,]/}
  printf '%s' "$((micros / 1000))"
}

seconds_since() {
  local ms=$(($(now_ms) - $1))
  printf '%d.%d' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

# step DUTCH ENGLISH COMMAND…: says what is going on and how long it took.
# Descriptor 9 may hold the caller's lock; a server started by the command would keep it for ever.
step() {
  local title began
  title=$(text "$1" "$2")
  shift 2
  began=$(now_ms)
  printf -- '-- %s\n' "$title"
  "$@" 9>&-
  printf '   %s s\n' "$(seconds_since "$began")"
}

# logged FILE COMMAND…: keeps a long output out of sight, unless the command fails.
logged() {
  local log=$1
  shift
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 30 -- "$log" >&2
    die 1 "mislukt: $1 $2; de hele uitvoer staat in $log" "failed: $1 $2; its whole output is in $log"
  fi
}

short_hash() { printf '%s' "$1" | sha256sum | cut -c1-12; }

# Where data of this clone live. Never in root's home: PostgreSQL runs as another user, who may not enter it.
state_dir() {
  if ((EUID == 0)); then
    printf '/var/lib/regiokompas/%s' "$(short_hash "$ROOT")"
  else
    printf '%s/regiokompas/%s' "${XDG_STATE_HOME:-$HOME/.local/state}" "$(short_hash "$ROOT")"
  fi
}

# run_dir_of DIR: where the sockets of what lives in DIR are. A socket's path holds 107 bytes and a clone or a home may be
# deep, so this is short and depends on nothing but DIR and the user: two shells of one user find each other's sockets.
run_dir_of() {
  if ((EUID == 0)); then
    printf '/run/regiokompas/%s' "$(short_hash "$1")"
  else
    printf '/tmp/regiokompas-%s-%s' "$EUID" "$(short_hash "$1")"
  fi
}

# private_dir DIR USER: makes DIR for USER alone; refuses one that somebody else put there (/tmp is open to all).
private_dir() {
  local dir=$1 user=$2
  if [[ ! -e $dir && ! -L $dir ]]; then
    mkdir -p -- "$(dirname -- "$dir")"
    mkdir -m 0700 -- "$dir"
    if ((EUID == 0)); then chown -- "$user:" "$dir"; fi
  fi
  if [[ -L $dir || ! -d $dir || $(stat -c %U -- "$dir") != "$user" ]]; then
    die 1 "$dir bestaat al en is niet van $user; haal het weg en probeer opnieuw" \
      "$dir exists already and is not $user's; remove it and try again"
  fi
  chmod 0700 -- "$dir"
}

# require_writable DIR: DIR, or the nearest folder above it that exists, must be ours to write in. Changes nothing.
require_writable() {
  local dir=$1
  while [[ ! -e $dir ]]; do dir=$(dirname -- "$dir"); done
  if [[ ! -d $dir || ! -w $dir || ! -x $dir ]]; then
    die 1 "geen schrijfrecht in $dir (van $(stat -c %U -- "$dir")); draai dit als die gebruiker of geef $(id -un) daar schrijfrecht" \
      "no permission to write in $dir (of $(stat -c %U -- "$dir")); run this as that user, or let $(id -un) write there"
  fi
}

# listening PATH: does a process listen on this unix socket? Told by the kernel, so nothing has to be connected.
listening() { awk -v path="$1" '$4 == "00010000" && $8 == path { found = 1 } END { exit !found }' /proc/net/unix; }

# packages_of GROUP…: the packages of these groups of packages.txt.
packages_of() {
  awk -v groups=" $* " '/^\[/ { wanted = index(groups, " " substr($1, 2, length($1) - 2) " "); next }
                        wanted && NF && !/^#/ { print $1 }' "$LOCAL/packages.txt"
}

own_node() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)'
}

# own_tools: Debian packages whose place a program of one's own takes, one a line. Google's kubectl and Debian's can not both
# be installed.
own_tools() {
  if own_node; then printf 'nodejs\nnpm\n'; fi
  if command -v kubectl >/dev/null; then printf 'kubernetes-client\n'; fi
}

# missing_packages GROUP…: those that are not installed.
missing_packages() {
  local wanted
  mapfile -t wanted < <(packages_of "$@" | grep -vxFf <(own_tools))
  comm -23 <(printf '%s\n' "${wanted[@]}" | LC_ALL=C sort) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | LC_ALL=C sort)
}

# install_packages GROUP…: as root installs what is missing; else says what root has to type.
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return; fi
  if ((EUID != 0)); then
    die 3 "er ontbreken Debian-pakketten. Laat root dit uitvoeren en start daarna opnieuw:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}" \
      "Debian packages are missing. Let root run this, and start again after that:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  fi
  local log own_clusters=/etc/postgresql-common/createcluster.d/regiokompas.conf
  log=$(mktemp /tmp/regiokompas-apt.XXXXXX)
  printf '   %s\n' "${missing[*]}"
  logged "$log" apt-get update
  # The Debian package starts a server of its own when it is installed; we bring ours, so nothing else should listen.
  if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    mkdir -p -- "$(dirname -- "$own_clusters")"
    printf 'create_main_cluster = false\n' >"$own_clusters"
  fi
  export DEBIAN_FRONTEND=noninteractive
  logged "$log" apt-get install -y --no-install-recommends "${missing[@]}"
  rm -f -- "$own_clusters" "$log"
}

# npm writes node_modules/.package-lock.json last, so it is our mark of a complete and current installation.
install_tools() {
  local mark=$TOOLS/node_modules/.package-lock.json log=$ROOT/build/npm.log
  if [[ -f $mark && ! $TOOLS/package-lock.json -nt $mark ]]; then return; fi
  mkdir -p -- "$ROOT/build"
  # Node trusts its own list only; a network with a certificate authority of its own is known to Debian's.
  export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
  logged "$log" npm ci --prefix "$TOOLS"
}

# forget_moved_build: CMake refuses a build folder of a clone that has moved since; it starts afresh.
forget_moved_build() {
  local home
  home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$BUILD/CMakeCache.txt" 2>/dev/null || true)
  if [[ -n $home && $home != "$ROOT" ]]; then rm -rf -- "$BUILD"; fi
}

# configure [OPTION…]: CMake's own log appears only when it fails.
configure() {
  forget_moved_build
  mkdir -p -- "$BUILD"
  logged "$BUILD/configure.log" cmake -S "$ROOT" -B "$BUILD" -G Ninja "$@"
}

# running_service STATE: the process number of the services that up started; nothing when they do not run.
# The command line is compared too: after a restart of the machine the number may be another program's.
running_service() {
  local pid=""
  if [[ -f $1/serve.pid ]]; then read -r pid <"$1/serve.pid" || true; fi
  if [[ -n $pid ]] && { tr '\0' '\n' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qxF -- "$1/config.textproto"; then
    printf '%s' "$pid"
  fi
}

# stop_service STATE: lets calls in flight finish; kills only what is still there long after the drain time.
stop_service() {
  local pid _
  pid=$(running_service "$1")
  if [[ -z $pid ]]; then return; fi
  kill -TERM "$pid"
  for _ in {1..400}; do
    if [[ -z $(running_service "$1") ]]; then break; fi
    sleep 0.1
  done
  if [[ -n $(running_service "$1") ]]; then
    say "   de diensten (proces $pid) stoppen niet binnen 40 s en zijn afgebroken" \
      "   the services (process $pid) did not stop within 40 s and were killed"
    kill -KILL "$pid"
  fi
  rm -f -- "$1/serve.pid"
}

# lock STATE: one up, down at a time for this clone; let go when the script ends.
lock() {
  exec 9>"$1/lock"
  if ! flock -n 9; then
    die 1 "een andere up of down is bezig ($1/lock); wacht tot die klaar is" \
      "another up or down is at work ($1/lock); wait until it is done"
  fi
}
