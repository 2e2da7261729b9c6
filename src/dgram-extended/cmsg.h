/*
 * Control messages: what travels beside a datagram. On receipt the destination in its header, the interface, the TTL
 * and the kernel's time; on sending the source address, the interface and the TTL. One file, so that every length and
 * alignment that the kernel's ABI implies is stated once.
 */
#ifndef DGRAM_EXTENDED_CMSG_H
#define DGRAM_EXTENDED_CMSG_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "address.h"

/* Room for everything the kernel may attach to one received datagram, and for everything we attach to a sent one. */
#define CONTROL_OCTETS \
  (CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int)))

struct received_control {
  uint8_t destination[ADDRESS_OCTETS]; /* zeros when the kernel did not tell */
  uint32_t interface;                  /* 0 when it did not */
  int ttl;                             /* TTL or hop limit; -1 when it did not */
  double seconds;                      /* since 1970; NaN when it did not */
  uint32_t nanoseconds;
};

void cmsg_read(const struct msghdr *message, struct received_control *control);

/*
 * Fills the message's control octets and sets msg_controllen. `source` all zeros and `interface` 0 leave the choice to
 * the kernel, and so does `ttl` -1. The buffer must hold CONTROL_OCTETS and be aligned for a struct cmsghdr.
 */
void cmsg_write(struct msghdr *message, int family, const uint8_t *source, uint32_t interface, int ttl);

#endif
