#!/usr/bin/env python3
"""Static IPv6 multicast routes, for as long as this process lives: Debian's FRR has no pim6d.

    mroute6.py INCOMING OUTGOING SOURCE,GROUP...

Source `::` makes a (*,G). Kernel API: linux/mroute6.h on a raw ICMPv6 socket, whose closing removes the routes.
"""
import signal
import socket
import struct
import sys

MRT6_INIT, MRT6_ADD_MIF, MRT6_ADD_MFC = 200, 202, 204
INCOMING, OUTGOING = 0, 1  # our numbers of the two multicast interfaces


def sockaddr_in6(address):
    return struct.pack('=HHI16sI', socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, address), 0)


def mf6cctl(source, group):
    """struct mf6cctl. A (*,G) must name the incoming interface among the outgoing ones, or the kernel does not find
    the entry for packets that come in there; it never sends a packet back."""
    outgoing = 1 << OUTGOING
    if source == '::':
        outgoing |= 1 << INCOMING
    return sockaddr_in6(source) + sockaddr_in6(group) + struct.pack('=H2x8I', INCOMING, outgoing, *[0] * 7)


def main():
    router = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    router.setsockopt(socket.IPPROTO_IPV6, MRT6_INIT, 1)
    for number, name in ((INCOMING, sys.argv[1]), (OUTGOING, sys.argv[2])):
        # struct mif6ctl: number, flags, threshold, ifIndex, rate limit
        mif = struct.pack('=HBBH2xI', number, 0, 1, socket.if_nametoindex(name), 0)
        router.setsockopt(socket.IPPROTO_IPV6, MRT6_ADD_MIF, mif)
    for route in sys.argv[3:]:
        router.setsockopt(socket.IPPROTO_IPV6, MRT6_ADD_MFC, mf6cctl(*route.split(',')))
    while True:
        signal.pause()


main()
