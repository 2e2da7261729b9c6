#!/bin/bash
# One router of the lab.  router.sh prepare|run NAMESPACE ROUTER STATE, called by lab.sh only.
#
#   prepare  outside: writes /etc/frr/NAMESPACE, /run/frr/NAMESPACE and /etc/netns/NAMESPACE
#   run      inside the namespace (`ip netns exec`, which brings a mount namespace of its own, and overlays /etc/netns):
#            mounts the other two over /etc/frr and /run/frr, starts the daemons and returns
#
# So to itself the router is a machine of its own, where plain `vtysh` works, and its daemons leave nothing on the host;
# from outside it is `vtysh -N NAMESPACE`.
set -euo pipefail

namespace=$2
router=$3
state=$4
number=${router#r}
own=$state/$router

# A fast start comes from the LSA and SPF timers and from the retransmit interval: database exchange loses its first
# packets while the other end comes up, and 5 s (the default) for each of them is most of the wait. The dead interval is
# long because tests keep all cores busy. 10.13.0.0/24 is the dear link: the tree goes by the RP.
frr_conf() {
  local interface cost
  cat <<X
log file /var/log/frr/frr.log
service integrated-vtysh-config
password lab
ip pim rp 10.0.0.2 239.0.0.0/8
ip pim join-prune-interval 5
interface lo
 ip ospf area 0
 ipv6 ospf6 area 0
 ip pim
X
  for interface in $(core_interfaces); do
    cost=10
    case $router$interface in r1to-r3 | r3to-r1) cost=100 ;; esac
    cat <<X
interface $interface
 ip ospf area 0
 ip ospf network point-to-point
 ip ospf hello-interval 1
 ip ospf dead-interval 10
 ip ospf retransmit-interval 1
 ip ospf cost $cost
 ipv6 ospf6 area 0
 ipv6 ospf6 network point-to-point
 ipv6 ospf6 hello-interval 1
 ipv6 ospf6 dead-interval 10
 ipv6 ospf6 retransmit-interval 1
 ipv6 ospf6 cost $cost
 ip pim
 ip pim hello 5
X
  done
  interface=$(edge_interface)
  [ -z "$interface" ] || cat <<X
interface $interface
 ip ospf area 0
 ip ospf passive
 ipv6 ospf6 area 0
 ipv6 ospf6 passive
 ip pim
 ip igmp
X
  cat <<X
router ospf
 ospf router-id 10.0.0.$number
 timers throttle spf 0 50 500
 timers throttle lsa all 100
 timers lsa min-arrival 50
router ospf6
 ospf6 router-id 10.0.0.$number
 timers throttle spf 0 50 500
 timers lsa min-arrival 50
X
}

core_interfaces() {
  case $router in
    r1) echo to-r2 to-r3 ;;
    r2) echo to-r1 to-r3 ;;
    r3) echo to-r1 to-r2 to-r4 ;;
    r4) echo to-r3 ;;
  esac
}

edge_interface() {
  case $router in
    r1) echo src0 ;;
    r4) echo rcv0 ;;
  esac
}

# The interfaces that the static IPv6 multicast routes join.
ipv6_path() {
  case $router in
    r1) echo src0 to-r2 ;;
    r2) echo to-r1 to-r3 ;;
    r3) echo to-r2 to-r4 ;;
    r4) echo to-r3 rcv0 ;;
  esac
}

sshd_config() {
  cat <<X
HostKey $own/host_key
PidFile none
AuthorizedKeysFile $state/id.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowUsers frr root
MaxStartups 100
MaxSessions 100
X
}

prepare() {
  local overlay=/etc/netns/$namespace
  install -d -o frr -g frr -m 755 "/etc/frr/$namespace" "/run/frr/$namespace" "$own/log/frr"
  install -d -m 755 "$overlay" "$own/run/frr" "$own/run/sshd"
  frr_conf >"/etc/frr/$namespace/frr.conf"
  echo 'service integrated-vtysh-config' >"/etc/frr/$namespace/vtysh.conf"
  chown -R frr:frr "/etc/frr/$namespace"
  sshd_config >"$own/sshd_config"
  # User frr logs in to the router's CLI, root to a shell that is not set up as this machine's root is, which may take a second.
  # `*` is a locked password, not a locked account.
  sed -E 's#^(frr:.*:)[^:]*:[^:]*$#\1/:/usr/bin/vtysh#; s#^(root:.*:)[^:]*:[^:]*$#\1/:/bin/sh#' /etc/passwd >"$overlay/passwd"
  install -m 640 -g shadow /dev/null "$overlay/shadow"
  sed -nE 's#^(frr|root):[^:]*:#\1:*:#p' /etc/shadow >"$overlay/shadow"
}

run() {
  local daemon here
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  mount --bind "/etc/frr/$namespace" /etc/frr
  mount --bind "/run/frr/$namespace" "$own/run/frr"
  mount --rbind "$own/run" /run
  mount --bind "$own/log" /var/log
  echo "$router" >/proc/sys/kernel/hostname
  for daemon in zebra ospfd ospf6d pimd; do "/usr/lib/frr/$daemon" -d; done
  vtysh -b
  # shellcheck disable=SC2046 # two interfaces, two words
  "$here/mroute6.py" $(ipv6_path) fd00:1::2,ff3e::1:1 ::,ff15::1:1 &
  /usr/sbin/sshd -f "$own/sshd_config" -E "$own/log/sshd.log"
}

"$1"
