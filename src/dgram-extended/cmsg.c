#include "cmsg.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/*
 * CMSG_DATA is aligned for size_t only and the kernel may one day say more than we know, so values are copied out with
 * memcpy, and only when the control message is at least as long as the value: a shorter one counts as not told.
 */
static bool copy_out(const struct cmsghdr *control, int level, int type, void *value, size_t length) {
  if (control->cmsg_level != level || control->cmsg_type != type) return false;
  if (control->cmsg_len < CMSG_LEN(length)) return false;
  memcpy(value, CMSG_DATA(control), length);
  return true;
}

void cmsg_read(const struct msghdr *message, struct received_control *out) {
  *out = (struct received_control){.ttl = -1, .seconds = NAN};

  /* CMSG_NXTHDR wants a mutable header, though it changes nothing. */
  struct msghdr *header = (struct msghdr *)message;
  for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL; control = CMSG_NXTHDR(header, control)) {
    struct in_pktinfo v4;
    struct in6_pktinfo v6;
    struct timespec arrival;
    int ttl;

    if (copy_out(control, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4)) {
      /* ipi_addr is the header's destination; ipi_spec_dst, our own address there, would hide a multicast group. */
      memcpy(out->destination, &v4.ipi_addr, sizeof v4.ipi_addr);
      out->interface = (uint32_t)v4.ipi_ifindex;
    } else if (copy_out(control, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6)) {
      memcpy(out->destination, &v6.ipi6_addr, sizeof v6.ipi6_addr);
      out->interface = v6.ipi6_ifindex;
    } else if (copy_out(control, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) ||
               copy_out(control, IPPROTO_IPV6, IPV6_HOPLIMIT, &ttl, sizeof ttl)) {
      out->ttl = ttl;
    } else if (copy_out(control, SOL_SOCKET, SCM_TIMESTAMPNS, &arrival, sizeof arrival)) {
      out->seconds = (double)arrival.tv_sec;
      out->nanoseconds = (uint32_t)arrival.tv_nsec;
    }
  }
}

static void append(struct msghdr *message, int level, int type, const void *value, size_t length) {
  /* msg_controllen only grows by CMSG_SPACE, so every header is as well aligned as the first. */
  struct cmsghdr *control = (struct cmsghdr *)((uint8_t *)message->msg_control + message->msg_controllen);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(control), value, length);
  message->msg_controllen += CMSG_SPACE(length);
}

void cmsg_write(struct msghdr *message, int family, const uint8_t *source, uint32_t interface, int ttl) {
  static const uint8_t none[ADDRESS_OCTETS];
  bool is_v4 = family == AF_INET;

  message->msg_controllen = 0;
  /* Left out rather than sent as zeros: an all-zero IP_PKTINFO overrides the address the socket is bound to. */
  if (interface != 0 || memcmp(source, none, is_v4 ? 4 : 16) != 0) {
    if (is_v4) {
      struct in_pktinfo v4 = {.ipi_ifindex = (int)interface};
      memcpy(&v4.ipi_spec_dst, source, sizeof v4.ipi_spec_dst);
      append(message, IPPROTO_IP, IP_PKTINFO, &v4, sizeof v4);
    } else {
      struct in6_pktinfo v6 = {.ipi6_ifindex = interface};
      memcpy(&v6.ipi6_addr, source, sizeof v6.ipi6_addr);
      append(message, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof v6);
    }
  }
  if (ttl >= 0) append(message, is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_TTL : IPV6_HOPLIMIT, &ttl, sizeof ttl);
}
