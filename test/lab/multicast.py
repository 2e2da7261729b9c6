#!/usr/bin/env python3
"""Multicast streams, IPv4 and IPv6.

    multicast.py send GROUP...               --rate packets a second to each group, until --count or SIGTERM
    multicast.py receive GROUP[,SOURCE]...   joins; with SOURCE it is a source-specific (IGMPv3, MLDv2) join

Both print one JSON object a line per group, at the start (everything is joined then), twice a second and at the end:
{"group", "sent"} or {"group", "received", "lost", "late"}. Packets carry a 64-bit sequence number, from which `lost` (gaps since the first packet received) and
`late` (duplicates and overtaken packets) are counted; an overtaken packet is in both.
"""
import argparse
import json
import selectors
import signal
import socket
import struct
import time

# linux/in.h; they work at both levels, with struct group_req and struct group_source_req
MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP = 42, 46
REPORT_S = 0.5
HOPS = 32

ended = []


def family(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def level(address):
    return socket.IPPROTO_IPV6 if ':' in address else socket.IPPROTO_IP


def sockaddr_storage(address):
    octets = socket.inet_pton(family(address), address)
    before = 6 if ':' in address else 2  # port and, in IPv6, flow information
    return (struct.pack(f'=H{before}x', family(address)) + octets).ljust(128, b'\0')


def sender(group, interface):
    sock = socket.socket(family(group), socket.SOCK_DGRAM)
    index = socket.if_nametoindex(interface)
    if ':' in group:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, HOPS)
    else:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack('=8xi', index))
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)
    return sock


def receiver(group, source, port, interface):
    sock = socket.socket(family(group), socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((group, port))
    request = struct.pack('=I4x', socket.if_nametoindex(interface)) + sockaddr_storage(group)
    if source:
        sock.setsockopt(level(group), MCAST_JOIN_SOURCE_GROUP, request + sockaddr_storage(source))
    else:
        sock.setsockopt(level(group), MCAST_JOIN_GROUP, request)
    return sock


def report(rows):
    for row in rows:
        print(json.dumps(row), flush=True)


def send(options):
    senders = [(sender(group, options.interface), group, {'group': group, 'sent': 0}) for group in options.groups]
    rows = [row for _, _, row in senders]
    report(rows)
    start = reported = time.monotonic()
    sequence = 0
    try:
        while not ended and (options.count is None or sequence < options.count):
            for sock, group, row in senders:
                sock.sendto(struct.pack('!Q', sequence).ljust(options.octets, b'\0'), (group, options.port))
                row['sent'] += 1
            sequence += 1
            now = time.monotonic()
            if now - reported >= REPORT_S:
                report(rows)
                reported = now
            time.sleep(max(0, start + sequence / options.rate - now))
    finally:
        report(rows)


def count(row, expected, sequence):
    """Counts one packet and returns the sequence number expected next."""
    row['received'] += 1
    if expected is not None and sequence < expected:
        row['late'] += 1
        return expected
    row['lost'] += sequence - expected if expected is not None else 0
    return sequence + 1


def receive(options):
    selector = selectors.DefaultSelector()
    rows, expected = [], {}
    for join in options.groups:
        group, _, source = join.partition(',')
        rows.append({'group': group, 'received': 0, 'lost': 0, 'late': 0})
        selector.register(receiver(group, source, options.port, options.interface), selectors.EVENT_READ, rows[-1])
    report(rows)
    reported = time.monotonic()
    try:
        while not ended:
            for key, _ in selector.select(REPORT_S):
                sequence, = struct.unpack_from('!Q', key.fileobj.recv(65535))
                expected[key.fd] = count(key.data, expected.get(key.fd), sequence)
            if time.monotonic() - reported >= REPORT_S:
                report(rows)
                reported = time.monotonic()
    finally:
        report(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['send', 'receive'])
    parser.add_argument('groups', nargs='+', metavar='GROUP[,SOURCE]')
    parser.add_argument('--port', type=int, default=5001)
    parser.add_argument('--interface', default='eth0')
    parser.add_argument('--rate', type=float, default=100, help='packets per second and group')
    parser.add_argument('--count', type=int, help='packets per group; default: until SIGTERM')
    parser.add_argument('--octets', type=int, default=200, help='size of the UDP payload')
    options = parser.parse_args()
    # Only noted: an exception could come between a packet and its count.
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    send(options) if options.what == 'send' else receive(options)


main()
