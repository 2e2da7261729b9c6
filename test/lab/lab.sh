#!/bin/bash
# Four FRR routers in network namespaces.  lab.sh check | up [OWNER_PID] | down | status
#
#   check    exit 0 when the lab can be brought up here, else 1 and the reason on stdout
#   up       takes down what an earlier run left, builds the lab and waits until it has converged.
#            With OWNER_PID the lab belongs to that process: while it lives, nobody else may bring it up
#   down     ends every process in the lab's namespaces by its pid and removes all that `up` made
#   status   processes, PIM neighbours and multicast routes of every router
#
# MT2_LAB (default mt2) names the instance: it prefixes the namespaces, so that several labs coexist.
# Written: /etc/frr/NS, /run/frr/NS and /etc/netns/NS of its own namespaces, and $state. README.md has the drawing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lab=${MT2_LAB:-mt2}
[[ $lab =~ ^[a-z][a-z0-9]*$ ]] || { echo "MT2_LAB=$lab: letters and digits only" >&2; exit 2; }
state=${TMPDIR:-/tmp}/$lab-lab
routers=(r1 r2 r3 r4)
nodes=(src rcv noc "${routers[@]}")

# Each line is a link: node, interface, last octet of its addresses, the same for the other end, and the network:
# 4.0 gives 10.4.0.0/24 and fd00:4::/64.
links='src eth0  2  r1  src0  1  1
r1  to-r2 1  r2  to-r1 2  12
r1  to-r3 1  r3  to-r1 3  13
r2  to-r3 2  r3  to-r2 3  23
r3  to-r4 3  r4  to-r3 4  34
r4  rcv0  4  rcv eth0  2  4'

in_node() { # NODE COMMAND...
  local node=$1
  shift
  ip netns exec "$lab-$node" "$@"
}

exists() { [ -e "/run/netns/$lab-$1" ]; }

check() {
  local tool daemon owner
  if [ "$(id -u)" != 0 ]; then
    echo 'not root'
    return 1
  fi
  for tool in ip vtysh sshd ssh-keygen snmpd tcpdump python3; do
    if ! command -v "$tool" >/dev/null; then
      echo "$tool is not installed"
      return 1
    fi
  done
  for daemon in zebra ospfd ospf6d pimd; do
    if [ ! -x "/usr/lib/frr/$daemon" ]; then
      echo "FRR's $daemon is not installed"
      return 1
    fi
  done
  if ! unshare --net --mount test -e /proc/net/ip_mr_vif -a -e /proc/net/ip6_mr_vif 2>/dev/null; then
    echo 'no network namespaces with multicast routing here (privileges or kernel)'
    return 1
  fi
  owner=$(cat "$state/owner" 2>/dev/null || true)
  if [ -n "$owner" ] && [ -e "/proc/$owner" ]; then
    echo "lab $lab belongs to process $owner, which is alive (MT2_LAB names another instance)"
    return 1
  fi
}

make_nodes() {
  local node
  for node in "${nodes[@]}"; do
    ip netns add "$lab-$node"
    # Before any interface exists, so that every interface inherits it. No duplicate address detection: an IPv6
    # address is usable at once. A link that a test takes down and up again keeps its IPv6 addresses, too. No reverse
    # path filter: rcv's Query reaches noc past the multicast tree.
    in_node "$node" sh -c 'cd /proc/sys/net
      echo 0 | tee ipv4/conf/all/rp_filter ipv4/conf/default/rp_filter
      echo 0 | tee ipv6/conf/all/disable_ipv6 ipv6/conf/default/disable_ipv6
      echo 1 | tee ipv6/conf/all/keep_addr_on_down ipv6/conf/default/keep_addr_on_down
      echo 0 | tee ipv6/conf/all/accept_dad ipv6/conf/default/accept_dad ipv6/conf/default/accept_ra' >/dev/null
    ip -n "$lab-$node" link set lo up
  done
}

make_links() {
  local a a_interface a_host b b_interface b_host network node
  while read -r a a_interface a_host b b_interface b_host network; do
    ip -n "$lab-$a" link add "$a_interface" type veth peer name "$b_interface" netns "$lab-$b"
    address "$a" "$a_interface" "10.$network.0.$a_host/24" "fd00:$network::$a_host/64"
    address "$b" "$b_interface" "10.$network.0.$b_host/24" "fd00:$network::$b_host/64"
  done <<<"$links"

  ip -n "$lab-noc" link add br0 type bridge mcast_snooping 0
  address noc br0 10.255.0.100/24 fd00:ff::100/64
  for node in "${routers[@]}"; do
    ip -n "$lab-noc" link add "$node" type veth peer name mgmt netns "$lab-$node"
    ip -n "$lab-noc" link set "$node" master br0 up
    address "$node" mgmt "10.255.0.${node#r}/24" "fd00:ff::${node#r}/64"
    address "$node" lo "10.0.0.${node#r}/32" "fd00::${node#r}/128"
    in_node "$node" sh -c 'echo 1 | tee /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding' >/dev/null
    route noc "10.0.0.${node#r}/32" "fd00::${node#r}/128" "10.255.0.${node#r}" "fd00:ff::${node#r}"
  done
  route src default default 10.1.0.1 fd00:1::1
  route rcv default default 10.4.0.4 fd00:4::4
  route noc 10.1.0.0/24 fd00:1::/64 10.255.0.1 fd00:ff::1
  route noc default default 10.255.0.4 fd00:ff::4
}

address() { # NODE INTERFACE IPV4/LENGTH IPV6/LENGTH
  ip -n "$lab-$1" address add "$3" dev "$2"
  ip -n "$lab-$1" address add "$4" dev "$2" nodad
  ip -n "$lab-$1" link set "$2" up
}

route() { # NODE IPV4-PREFIX IPV6-PREFIX IPV4-GATEWAY IPV6-GATEWAY
  ip -n "$lab-$1" route add "$2" via "$4"
  ip -n "$lab-$1" -6 route add "$3" via "$5"
}

# The keys exist for one run only. known_hosts names every router by both of its management addresses.
make_keys() {
  local node
  ssh-keygen -q -t ed25519 -N '' -C "$lab" -f "$state/id"
  for node in "${routers[@]}"; do
    mkdir "$state/$node"
    ssh-keygen -q -t ed25519 -N '' -C "$lab-$node" -f "$state/$node/host_key"
    echo "10.255.0.${node#r},fd00:ff::${node#r} $(cut -d' ' -f1,2 "$state/$node/host_key.pub")"
  done >"$state/known_hosts"
}

start_routers() {
  local node
  local -A starting=()
  for node in "${routers[@]}"; do
    "$here/router.sh" prepare "$lab-$node" "$node" "$state"
    in_node "$node" unshare --uts "$here/router.sh" run "$lab-$node" "$node" "$state" \
      >"$state/$node/start.log" 2>&1 </dev/null &
    starting[$node]=$!
  done
  for node in "${routers[@]}"; do
    if ! wait "${starting[$node]}"; then
      echo "lab: $node did not start:" >&2
      cat "$state/$node/start.log" >&2
      return 1
    fi
  done
}

# What still keeps the lab from having converged, one line each; nothing when it has. Cheap questions first.
missing() {
  local node neighbours count expected=(2 2 3 1)
  ip -n "$lab-r1" route get 10.4.0.2 2>&1 | grep -q 'dev to-r2' || echo 'r1: no OSPF route to 10.4.0.0/24 by r2'
  ip -n "$lab-r4" route get 10.1.0.2 2>&1 | grep -q 'dev to-r3' || echo 'r4: no OSPF route to 10.1.0.0/24'
  ip -n "$lab-r4" route get 10.0.0.2 2>&1 | grep -q 'dev to-r3' || echo 'r4: no OSPF route to the RP'
  ip -n "$lab-r1" -6 route get fd00:4::2 2>&1 | grep -q 'dev to-r2' || echo 'r1: no OSPFv3 route to fd00:4::/64 by r2'
  ip -n "$lab-r4" -6 route get fd00:1::2 2>&1 | grep -q 'via fe80::.* dev to-r3' || echo 'r4: no OSPFv3 route to fd00:1::/64'
  for node in "${routers[@]}"; do
    neighbours=$(vtysh -N "$lab-$node" -c 'show ip pim neighbor' 2>&1)
    count=$(grep -c '^ to-r' <<<"$neighbours" || true)
    [ "$count" = "${expected[${node#r} - 1]}" ] || echo "$node: $count of ${expected[${node#r} - 1]} PIM neighbours"
  done
  vtysh -N "$lab-r4" -c 'show ip pim rp-info' 2>&1 | grep -q '^ 10\.0\.0\.2 .*to-r3' || echo 'r4: no RPF interface to the RP'
}

await_convergence() {
  local deadline=$((SECONDS + 45)) rest
  while rest=$(missing) && [ -n "$rest" ]; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      printf 'lab: not converged:\n%s\n' "$rest" >&2
      return 1
    fi
    sleep 0.2
  done
}

up() { # [OWNER_PID]
  local owner=${1:-} reason
  if ! reason=$(check); then
    echo "lab: $reason" >&2
    return 1
  fi
  down
  mkdir -m 755 "$state" # not -p: a directory that somebody else planted under this name is an error
  if [ -n "$owner" ]; then
    echo "$owner" >"$state/owner"
    trap down EXIT # a lab made by hand is left to be looked at when it fails, this one is not
  fi
  make_nodes
  make_links
  make_keys
  start_routers
  await_convergence
  trap - EXIT
  echo "lab $lab is up after $SECONDS s; keys are in $state"
}

# SIGKILL at once: everything that these processes keep is removed below.
end_processes() { # NODE
  local pid pids
  for _ in {1..50}; do
    pids=$(ip netns pids "$lab-$1")
    [ -n "$pids" ] || return 0
    for pid in $pids; do kill -KILL "$pid" 2>/dev/null || true; done
    sleep 0.02
  done
  echo "lab: $1: processes $pids do not end" >&2
  return 1
}

down() {
  local node
  for node in "${nodes[@]}"; do
    ! exists "$node" || end_processes "$node"
    ! exists "$node" || ip netns delete "$lab-$node"
    rm -rf "/etc/frr/$lab-$node" "/run/frr/$lab-$node" "/etc/netns/$lab-$node"
  done
  rmdir --ignore-fail-on-non-empty /etc/netns 2>/dev/null || true
  rm -rf "$state"
}

status() {
  local node pid
  for node in "${nodes[@]}"; do
    if ! exists "$node"; then
      echo "$node: absent"
      continue
    fi
    printf '%s:' "$node"
    for pid in $(ip netns pids "$lab-$node"); do printf ' %s(%s)' "$(cat "/proc/$pid/comm")" "$pid"; done
    echo
  done
  for node in "${routers[@]}"; do
    exists "$node" || continue
    vtysh -N "$lab-$node" -c 'show ip pim neighbor' -c 'show ip mroute'
    ip -n "$lab-$node" -6 -s mroute
  done
}

case ${1:-} in
  check | down | status) "$1" ;;
  up) up "${2:-}" ;;
  *)
    echo 'usage: lab.sh check | up [OWNER_PID] | down | status' >&2
    exit 2
    ;;
esac
