#!/bin/bash
# A network of its own with nothing in it but loopback, on which every address is this host's: nothing can leave. Then runs
# the command. Usage: namespace.sh ADDRESS... -- COMMAND...
set -euo pipefail
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
while [ "$1" != -- ]; do
  case "$1" in
    *:*) ip -6 address add "$1/128" dev lo nodad ;;
  esac
  shift
done
shift
exec "$@"
