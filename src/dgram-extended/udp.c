/* Making, binding and letting go of a socket. How long it lives is told in udp.h. */
#include "udp.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "columns.h"
#include "failure.h"

/* What makes the received columns complete, and errors visible to libuv (see watch.c). */
static const char *const always_on[] = {"receivePacketInfo", "receiveHopLimit", "receiveTimestamp", "selectErrorQueue"};

static void drop_reference(napi_env env, napi_ref *reference) {
  if (*reference != NULL) MUST(napi_delete_reference(env, *reference));
  *reference = NULL;
}

void udp_release(struct udp_socket *udp) {
  for (int event = 0; event < WATCH_EVENTS; event++) drop_reference(udp->env, &udp->watch.callbacks[event]);
  if (udp->watch.holding) MUST(napi_reference_unref(udp->env, udp->self, NULL));
  udp->watch.holding = false;
  drop_reference(udp->env, &udp->slab);
  drop_reference(udp->env, &udp->received);
  drop_reference(udp->env, &udp->queued);
  if (udp->watch.context != NULL) MUST(napi_async_destroy(udp->env, udp->watch.context));
  udp->watch.context = NULL;
}

void udp_shut(struct udp_socket *udp) {
  if (udp->watch.open) watch_stop(udp);
  /* Whatever close(2) says, the descriptor is gone and a datagram socket has nothing left to write. */
  if (udp->fd >= 0) (void)close(udp->fd);
  udp->fd = -1;
  if (!udp->watch.open) udp_release(udp);
}

static void finalize(napi_env env, void *native, void *hint) {
  (void)env;
  (void)hint;
  struct udp_socket *udp = native;
  udp->wrapped = false;
  udp_shut(udp);
  /* The reference that napi_wrap gave may be deleted here and nowhere earlier. */
  drop_reference(udp->env, &udp->self);
  if (!udp->watch.open) free(udp);
}

static napi_status set_up(struct udp_socket *udp, napi_value self, const napi_value *arguments) {
  napi_env env = udp->env;
  uint32_t family;
  bool is_buffer;
  napi_value buffer, columns;

  TRY(napi_get_value_uint32(env, arguments[0], &family));
  if (family != 4 && family != 6) return throw_range(env, "the family is 4 or 6");
  TRY(napi_is_arraybuffer(env, arguments[1], &is_buffer));
  if (!is_buffer) return throw_type(env, "the slab is an ArrayBuffer");
  TRY(napi_get_value_uint32(env, arguments[2], &udp->slot_octets));
  if (udp->slot_octets == 0) return throw_range(env, "a slot has at least one octet");
  TRY(napi_get_value_uint32(env, arguments[3], &udp->queue_rows));
  if (udp->queue_rows == 0 || udp->queue_rows > UINT16_MAX) return throw_range(env, "the queue has 1 to 65535 rows");

  TRY(napi_create_reference(env, arguments[1], 1, &udp->slab));
  TRY(received_columns_create(env, BATCH, &buffer, &columns));
  TRY(napi_create_reference(env, buffer, 1, &udp->received));
  TRY(napi_set_named_property(env, self, "received", columns));
  TRY(queued_columns_create(env, udp->queue_rows, &buffer, &columns));
  TRY(napi_create_reference(env, buffer, 1, &udp->queued));
  TRY(napi_set_named_property(env, self, "queued", columns));

  udp->family = family == 4 ? AF_INET : AF_INET6;
  udp->fd = socket(udp->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (udp->fd < 0) return throw_errno(env, errno, "socket", NULL);
  for (size_t i = 0; i < sizeof always_on / sizeof *always_on; i++) {
    TRY(option_set(env, udp->fd, udp->family, always_on[i], 1));
  }
  return napi_ok;
}

napi_status udp_create(napi_env env, napi_value self, const napi_value *arguments) {
  struct udp_socket *udp = calloc(1, sizeof *udp);
  if (udp == NULL) return throw_errno(env, ENOMEM, "calloc", NULL);
  udp->env = env;
  udp->fd = -1;

  napi_status status = set_up(udp, self, arguments);
  if (status == napi_ok) status = napi_wrap(env, self, udp, finalize, NULL, &udp->self);
  if (status == napi_ok) {
    udp->wrapped = true;
  } else {
    udp_shut(udp);
    free(udp);
  }
  return status;
}

napi_status udp_check_open(struct udp_socket *udp, const char *method) {
  return udp->fd < 0 ? throw_errno(udp->env, EBADF, method, NULL) : napi_ok;
}

napi_status udp_bind(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  const uint8_t *octets;
  uint32_t port, scope;
  union address address;
  char text[ADDRESS_TEXT];

  TRY(address_octets_of(udp->env, udp->family, arguments[0], &octets));
  TRY(napi_get_value_uint32(udp->env, arguments[1], &port));
  if (port > UINT16_MAX) return throw_range(udp->env, "a port is 0 to 65535");
  TRY(napi_get_value_uint32(udp->env, arguments[2], &scope));
  socklen_t length = address_from_octets(udp->family, octets, (uint16_t)port, scope, &address);
  if (bind(udp->fd, &address.any, length) < 0) {
    return throw_errno(udp->env, errno, "bind", address_text(&address, text));
  }
  return napi_ok;
}

napi_status udp_address(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)arguments;
  union address address;
  socklen_t length = sizeof address;
  napi_value value;

  if (getsockname(udp->fd, &address.any, &length) < 0) return throw_errno(udp->env, errno, "getsockname", NULL);
  TRY(napi_create_object(udp->env, result));
  TRY(address_to_value(udp->env, &address, &value));
  TRY(napi_set_named_property(udp->env, *result, "address", value));
  TRY(napi_create_uint32(udp->env, address_port(&address), &value));
  return napi_set_named_property(udp->env, *result, "port", value);
}

napi_status udp_close(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)arguments;
  (void)result;
  udp_shut(udp);
  return napi_ok;
}
