/* Socket options as data: one row per option, family and kernel name. */
#include <errno.h>
#include <string.h>

#include "failure.h"
#include "udp.h"

struct option {
  const char *name;
  int family; /* 0: both */
  int level;
  int option;
  int forced; /* variant that passes the system's limit, tried first; needs CAP_NET_ADMIN; 0: none */
  int on;     /* the kernel's value for a JavaScript value of 1 */
};

/* A name with several rows for a family sets them all. Buffers: the kernel keeps, and reports, twice what is asked. */
static const struct option table[] = {
    {"reuseAddress", 0, SOL_SOCKET, SO_REUSEADDR, 0, 1},
    {"reusePort", 0, SOL_SOCKET, SO_REUSEPORT, 0, 1},
    {"receiveBufferOctets", 0, SOL_SOCKET, SO_RCVBUF, SO_RCVBUFFORCE, 1},
    {"sendBufferOctets", 0, SOL_SOCKET, SO_SNDBUF, SO_SNDBUFFORCE, 1},
    {"dontFragment", AF_INET, IPPROTO_IP, IP_MTU_DISCOVER, 0, IP_PMTUDISC_DO},
    {"dontFragment", AF_INET6, IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0, IPV6_PMTUDISC_DO},
    {"dontFragment", AF_INET6, IPPROTO_IPV6, IPV6_DONTFRAG, 0, 1},
    {"v6Only", AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, 0, 1},
    {"transparent", AF_INET, IPPROTO_IP, IP_TRANSPARENT, 0, 1},
    {"transparent", AF_INET6, IPPROTO_IPV6, IPV6_TRANSPARENT, 0, 1},
    {"freeBind", AF_INET, IPPROTO_IP, IP_FREEBIND, 0, 1},
    {"freeBind", AF_INET6, IPPROTO_IPV6, IPV6_FREEBIND, 0, 1},
    {"hopLimit", AF_INET, IPPROTO_IP, IP_TTL, 0, 1},
    {"hopLimit", AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0, 1},
    {"multicastHopLimit", AF_INET, IPPROTO_IP, IP_MULTICAST_TTL, 0, 1},
    {"multicastHopLimit", AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 0, 1},
    {"multicastLoop", AF_INET, IPPROTO_IP, IP_MULTICAST_LOOP, 0, 1},
    {"multicastLoop", AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, 1},
    {"multicastAll", AF_INET, IPPROTO_IP, IP_MULTICAST_ALL, 0, 1},
    {"multicastAll", AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, 1},
    {"receiveErrors", AF_INET, IPPROTO_IP, IP_RECVERR, 0, 1},
    {"receiveErrors", AF_INET6, IPPROTO_IPV6, IPV6_RECVERR, 0, 1},
    {"receivePacketInfo", AF_INET, IPPROTO_IP, IP_PKTINFO, 0, 1},
    {"receivePacketInfo", AF_INET6, IPPROTO_IPV6, IPV6_RECVPKTINFO, 0, 1},
    {"receiveHopLimit", AF_INET, IPPROTO_IP, IP_RECVTTL, 0, 1},
    {"receiveHopLimit", AF_INET6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 0, 1},
    {"receiveTimestamp", 0, SOL_SOCKET, SO_TIMESTAMPNS, 0, 1},
    {"selectErrorQueue", 0, SOL_SOCKET, SO_SELECT_ERR_QUEUE, 0, 1},
};

/* The row at or after `from` for this name and family; NULL when there is none. */
static const struct option *find(const struct option *from, int family, const char *name) {
  for (; from < table + sizeof table / sizeof *table; from++) {
    if ((from->family == 0 || from->family == family) && strcmp(from->name, name) == 0) return from;
  }
  return NULL;
}

napi_status option_set(napi_env env, int fd, int family, const char *name, int value) {
  const struct option *row = find(table, family, name);
  if (row == NULL) return throw_errno(env, ENOPROTOOPT, "setsockopt", name);
  for (; row != NULL; row = find(row + 1, family, name)) {
    int scaled = value * row->on;
    if (row->forced != 0 && setsockopt(fd, row->level, row->forced, &scaled, sizeof scaled) == 0) continue;
    if (setsockopt(fd, row->level, row->option, &scaled, sizeof scaled) < 0) {
      return throw_errno(env, errno, "setsockopt", name);
    }
  }
  return napi_ok;
}

static napi_status name_of(napi_env env, napi_value value, char name[32]) {
  return napi_get_value_string_utf8(env, value, name, 32, NULL); /* cut short it matches no row */
}

napi_status udp_set_option(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  char name[32];
  int32_t value;
  TRY(name_of(udp->env, arguments[0], name));
  TRY(napi_get_value_int32(udp->env, arguments[1], &value));
  return option_set(udp->env, udp->fd, udp->family, name, value);
}

napi_status udp_get_option(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  char name[32];
  int value;
  socklen_t length = sizeof value;
  TRY(name_of(udp->env, arguments[0], name));
  const struct option *row = find(table, udp->family, name);
  if (row == NULL) return throw_errno(udp->env, ENOPROTOOPT, "getsockopt", name);
  if (getsockopt(udp->fd, row->level, row->option, &value, &length) < 0) {
    return throw_errno(udp->env, errno, "getsockopt", name);
  }
  return napi_create_int32(udp->env, value / row->on, result);
}

/* MCAST_JOIN_GROUP takes an interface index for both families, where IP_ADD_MEMBERSHIP would take an address. */
static napi_status membership(struct udp_socket *udp, const napi_value *arguments, int option) {
  const uint8_t *octets;
  uint32_t interface;
  union address group;
  char text[ADDRESS_TEXT];

  TRY(address_octets_of(udp->env, udp->family, arguments[0], &octets));
  TRY(napi_get_value_uint32(udp->env, arguments[1], &interface));
  struct group_req request = {.gr_interface = interface};
  memcpy(&request.gr_group, &group, address_from_octets(udp->family, octets, 0, 0, &group));
  if (setsockopt(udp->fd, udp->family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, option, &request, sizeof request) < 0) {
    return throw_errno(udp->env, errno, "setsockopt", address_text(&group, text));
  }
  return napi_ok;
}

napi_status udp_join(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  return membership(udp, arguments, MCAST_JOIN_GROUP);
}

napi_status udp_leave(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  return membership(udp, arguments, MCAST_LEAVE_GROUP);
}

napi_status udp_set_multicast_interface(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  uint32_t interface;
  int failed;

  TRY(napi_get_value_uint32(udp->env, arguments[0], &interface));
  if (udp->family == AF_INET) {
    struct ip_mreqn request = {.imr_ifindex = (int)interface};
    failed = setsockopt(udp->fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request);
  } else {
    int index = (int)interface;
    failed = setsockopt(udp->fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index);
  }
  return failed < 0 ? throw_errno(udp->env, errno, "setsockopt", "multicastInterface") : napi_ok;
}
