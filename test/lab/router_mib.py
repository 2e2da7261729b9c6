#!/usr/bin/env python3
"""The multicast MIBs of a router of the lab, for snmpd: router_mib.py RP NAMESPACE

snmpd starts it by pass_persist (snmpd.conf(5)) in the router's network namespace. From the kernel: IPMROUTE-STD-MIB (RFC 2932) and
IPMCAST-MIB (RFC 5132) of both families, with what the kernel knows: no uptime, and no upstream of a (*,G) that has no RP.
From FRR: the neighbors, Designated Routers and the RP as PIM-STD-MIB (RFC 5060)."""
import ipaddress
import json
import subprocess
import sys
import time

IPMROUTE = (1, 3, 6, 1, 2, 1, 83, 1, 1)
IPMCAST = (1, 3, 6, 1, 2, 1, 168, 1)
PIM = (1, 3, 6, 1, 2, 1, 157, 1)
# What was read is kept for so many times as long as the read took: else a slow machine would do nothing but read.
KEPT_TIMES = 10
PIM_SPARSE_MODE, OTHER, LOCAL, NETMGMT, OSPF = 8, 1, 2, 3, 13
PROTOCOLS = {"kernel": LOCAL, "static": NETMGMT, "boot": NETMGMT, "ospf": OSPF}


def rows(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    return json.loads(done.stdout or "[]") if done.returncode == 0 else []


def octets(address):
    return tuple(ipaddress.ip_address(address).packed)


def inet_address(address):
    packed = octets(address)
    return (1 if len(packed) == 4 else 2, len(packed)) + packed


def string(address):
    return ("octet", " ".join(f"{octet:02X}" for octet in octets(address)))


class Mib:
    def __init__(self, rp, namespace):
        self.rp = rp
        self.namespace = namespace
        self.kept_until = float("-inf")
        self.values = {}
        self.names = []

    def current(self):
        begin = time.monotonic()
        if begin > self.kept_until:
            self.values = {}
            self.read()
            self.names = sorted(self.values)
            end = time.monotonic()
            self.kept_until = end + KEPT_TIMES * (end - begin)
        return self.values

    def next(self, name):
        self.current()
        return next((one for one in self.names if one > name), None)

    def read(self):
        links = {row["ifname"]: row["ifindex"] for row in rows("ip", "-j", "link")}
        self.values[IPMROUTE + (1, 0)] = ("integer", 1)
        self.values[IPMCAST + (1, 0)] = ("integer", 1)
        for family, table in ((4, "/proc/net/ip_mr_vif"), (6, "/proc/net/ip6_mr_vif")):
            with open(table) as vifs:
                for line in vifs.read().splitlines()[1:]:
                    self.add_interface(family, links.get(line.split()[1]))
            for row in rows("ip", f"-{family}", "-s", "-j", "mroute", "show"):
                self.add_route(family, row, links)
        self.add_pim(links)

    def add_interface(self, family, index):
        if index is None:
            return
        self.values[IPMCAST + (3, 1, 3, 1 if family == 4 else 2, index)] = ("gauge", 1)
        if family == 4:
            self.values[IPMROUTE + (4, 1, 2, index)] = ("integer", 1)
            self.values[IPMROUTE + (4, 1, 3, index)] = ("integer", PIM_SPARSE_MODE)

    def add_route(self, family, row, links):
        if "iif" not in row:
            return
        is_shared = row["src"] in ("0.0.0.0", "::")
        target = (self.rp if family == 4 else None) if is_shared else row["src"]
        prefix, gateway, protocol = self.path(family, target)
        incoming = links.get(row["iif"], 0)
        outgoing = [links[hop["oif"]] for hop in row.get("multipath", []) if hop["oif"] in links]
        group = octets(row["dst"])
        nowhere = "0.0.0.0" if family == 4 else "::"
        length = 32 if family == 4 else 128
        place = inet_address(row["dst"]) + (length,) + ((0, 0, 0) if is_shared else inet_address(row["src"]) + (length,))
        column = IPMCAST + (5, 1)
        self.values[column + (8,) + place] = string(gateway) if gateway else ("octet", "")
        self.values[column + (9,) + place] = ("integer", incoming)
        if family == 4:
            self.values[column + (12,) + place] = ("integer", PIM_SPARSE_MODE)
        if protocol:
            self.values[column + (13,) + place] = ("integer", protocol)
        if prefix:
            self.values[column + (15,) + place] = string(prefix.network_address)
            self.values[column + (16,) + place] = ("gauge", prefix.prefixlen)
        self.values[column + (19,) + place] = ("counter64", row.get("packets", 0))
        for index in outgoing:
            self.values[IPMCAST + (6, 1, 10) + place + (index,) + inet_address(row["dst"])] = ("integer", 2)
        if family == 6:
            return
        place = group + octets(row["src"]) + octets("0.0.0.0" if is_shared else "255.255.255.255")
        column = IPMROUTE + (2, 1)
        self.values[column + (4,) + place] = ("ipaddress", gateway or nowhere)
        self.values[column + (5,) + place] = ("integer", incoming)
        self.values[column + (8,) + place] = ("counter", row.get("packets", 0) % 2**32)
        self.values[column + (11,) + place] = ("integer", PIM_SPARSE_MODE)
        self.values[column + (12,) + place] = ("integer", protocol or OTHER)
        self.values[column + (13,) + place] = ("ipaddress", str(prefix.network_address) if prefix else nowhere)
        self.values[column + (14,) + place] = ("ipaddress", str(prefix.netmask) if prefix else nowhere)
        for index in outgoing:
            self.values[IPMROUTE + (3, 1, 6) + place + (index,) + group] = ("integer", 2)

    def path(self, family, target):
        """Prefix, gateway and IANAipRouteProtocol of the route to the target, as far as there is one."""
        if target is None:
            return None, None, None
        found = rows("ip", f"-{family}", "-j", "route", "show", "match", target)
        default = "0.0.0.0/0" if family == 4 else "::/0"
        routes = [(ipaddress.ip_network(default if row["dst"] == "default" else row["dst"]), row) for row in found]
        if not routes:
            return None, None, LOCAL
        prefix, row = max(routes, key=lambda one: one[0].prefixlen)
        hop = row.get("nexthops", [row])[0]
        return prefix, hop.get("gateway"), PROTOCOLS.get(row.get("protocol"), OTHER)

    def vtysh(self, command):
        return dict(rows("vtysh", "-N", self.namespace, "-c", command) or {}).items()

    def add_pim(self, links):
        for name, row in self.vtysh("show ip pim interface json"):
            if name in links and row.get("pimDesignatedRouter", "*") != "*":
                self.values[PIM + (1, 1, 6, links[name], 1)] = string(row["pimDesignatedRouter"])
        for name, heard in self.vtysh("show ip pim neighbor json"):
            for address in heard if name in links else ():
                self.values[PIM + (2, 1, 6, links[name]) + inet_address(address)] = ("timeticks", 1)
        mapping = (2,) + inet_address("239.0.0.0") + (8,) + inet_address(self.rp)
        self.values[PIM + (13, 1, 7) + mapping] = ("integer", 3)
        self.values[PIM + (13, 1, 8) + mapping] = ("gauge", 0)


def read_name():
    return tuple(int(part) for part in sys.stdin.readline().strip().strip(".").split("."))


def answer(*lines):
    print(*lines, sep="\n", flush=True)


def main():
    mib = Mib(*sys.argv[1:])
    while command := sys.stdin.readline().strip():
        if command == "PING":
            answer("PONG")
        elif command == "set":
            sys.stdin.readline()
            sys.stdin.readline()
            answer("not-writable")
        else:
            name = read_name()
            values = mib.current()
            found = mib.next(name) if command == "getnext" else name
            if found in values:
                answer("." + ".".join(map(str, found)), *values[found])
            else:
                answer("NONE")


main()
