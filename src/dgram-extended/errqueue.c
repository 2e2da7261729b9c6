/*
 * The error queue (IP_RECVERR, IPV6_RECVERR): what the kernel and ICMP say of datagrams that we sent. Plain objects:
 * such messages are rare, and a flood of them is bounded by the caller's limit per call and by the socket's buffer.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
/* Needs <time.h> before it and does not say so. */
#include <linux/errqueue.h>

#include "failure.h"
#include "udp.h"

/* The errors that the kernel makes of ICMP and ICMPv6 types and codes. */
bool is_icmp_error(int number) {
  switch (number) {
    case EACCES:
    case ECONNREFUSED:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EMSGSIZE:
    case ENETUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EPROTO:
      return true;
    default:
      return false;
  }
}

/* What IP_RECVERR carries: the report, and behind it (SO_EE_OFFENDER) the address of who made it. */
struct report {
  struct sock_extended_err error;
  union address offender;
};

/* Room for the report and for what an ordinary datagram carries too. */
#define REPORT_OCTETS (CMSG_SPACE(sizeof(struct report)) + CONTROL_OCTETS)

/* Copied out, since CMSG_DATA is aligned for size_t only. An IPv4 offender is shorter than the union. */
static bool find_report(struct msghdr *header, struct report *report) {
  memset(report, 0, sizeof *report);
  for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL; control = CMSG_NXTHDR(header, control)) {
    bool is_report = (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_RECVERR) ||
                     (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_RECVERR);
    if (!is_report || control->cmsg_len < CMSG_LEN(sizeof report->error)) continue;
    size_t length = control->cmsg_len - CMSG_LEN(0);
    memcpy(report, CMSG_DATA(control), length < sizeof *report ? length : sizeof *report);
    return true;
  }
  return false;
}

static napi_status set(napi_env env, napi_value object, const char *name, uint32_t number) {
  napi_value value;
  TRY(napi_create_uint32(env, number, &value));
  return napi_set_named_property(env, object, name, value);
}

/* As much of our datagram as is asked for: enough to tell which one it was. ICMP may have brought back less. */
#define QUOTED_OCTETS 64

static napi_status octets_to_value(napi_env env, const uint8_t *octets, size_t length, napi_value *value) {
  void *copy;
  napi_value buffer;
  TRY(napi_create_arraybuffer(env, length, &copy, &buffer));
  if (length > 0) memcpy(copy, octets, length);
  return napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, value);
}

static napi_status describe(napi_env env, const union address *destination, const struct report *report,
                            const uint8_t *quoted, size_t quoted_length, napi_value *object) {
  char name[64];
  napi_value value;

  TRY(napi_create_object(env, object));
  TRY(address_to_value(env, destination, &value));
  TRY(napi_set_named_property(env, *object, "destination", value));
  TRY(set(env, *object, "destinationPort", address_port(destination)));
  uv_err_name_r(-(int)report->error.ee_errno, name, sizeof name);
  TRY(napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &value));
  TRY(napi_set_named_property(env, *object, "errno", value));
  TRY(set(env, *object, "origin", report->error.ee_origin));
  TRY(set(env, *object, "type", report->error.ee_type));
  TRY(set(env, *object, "code", report->error.ee_code));
  TRY(octets_to_value(env, quoted, quoted_length, &value));
  TRY(napi_set_named_property(env, *object, "quoted", value));
  TRY(napi_get_undefined(env, &value));
  if (report->offender.any.sa_family != AF_UNSPEC) TRY(address_to_value(env, &report->offender, &value));
  return napi_set_named_property(env, *object, "offender", value);
}

napi_status udp_read_errors(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  uint32_t limit;
  TRY(napi_get_value_uint32(udp->env, arguments[0], &limit));
  TRY(napi_create_array(udp->env, result));

  for (uint32_t count = 0; count < limit;) {
    alignas(struct cmsghdr) uint8_t control[REPORT_OCTETS];
    uint8_t quoted[QUOTED_OCTETS];
    struct iovec vector = {.iov_base = quoted, .iov_len = sizeof quoted};
    union address destination;
    struct msghdr header = {
        .msg_name = &destination,
        .msg_namelen = sizeof destination,
        .msg_iov = &vector,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    ssize_t quoted_length = recvmsg(udp->fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (quoted_length < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return throw_errno(udp->env, errno, "recvmsg", NULL);
      /*
       * Empty. When the queue was full the kernel has only left the error on the socket, which would stay readable for
       * ever: reading SO_ERROR takes it off.
       */
      int pending;
      socklen_t length = sizeof pending;
      if (getsockopt(udp->fd, SOL_SOCKET, SO_ERROR, &pending, &length) < 0) {
        return throw_errno(udp->env, errno, "getsockopt", NULL);
      }
      break;
    }

    struct report report;
    if (header.msg_namelen == 0 || !find_report(&header, &report)) continue;
    napi_value object;
    TRY(describe(udp->env, &destination, &report, quoted, (size_t)quoted_length, &object));
    TRY(napi_set_element(udp->env, *result, count++, object));
  }
  return napi_ok;
}
