/*
 * Batches: recvmmsg into slots of the slab, sendmmsg out of them. Nothing is copied but the metadata.
 *
 * Linux, with IP_RECVERR on: an ICMP message about a datagram sent earlier also leaves its error on the socket, and the
 * next receive or send *of whatever datagram* fails with it, once. (Over loopback that happens within one sendmmsg: the
 * message about datagram i fails datagram i + 1.) The report itself waits in the error queue (errqueue.c), so the
 * pending error carries nothing: both calls below take it off and try again. What comes back every time is the
 * datagram's own.
 */
#include <errno.h>
#include <string.h>

#include "columns.h"
#include "failure.h"
#include "udp.h"

/* Attempts per datagram. A second error can arrive between two of them, hardly one each time. */
#define ATTEMPTS 4

/* Points message `i` at the first `length` octets of a slot; a slot outside the slab throws a RangeError. */
static napi_status aim(struct udp_socket *udp, uint32_t i, uint8_t *slab, size_t slab_octets, uint32_t slot,
                       uint32_t length) {
  uint64_t base = (uint64_t)slot * udp->slot_octets;
  if (length > udp->slot_octets || base + length > slab_octets) {
    return throw_range(udp->env, "no such slot in the slab");
  }
  struct message *message = &udp->messages[i];
  message->octets = (struct iovec){.iov_base = slab + base, .iov_len = length};
  udp->headers[i].msg_hdr = (struct msghdr){
      .msg_name = &message->peer,
      .msg_namelen = sizeof message->peer,
      .msg_iov = &message->octets,
      .msg_iovlen = 1,
      .msg_control = message->control,
      .msg_controllen = sizeof message->control,
  };
  return napi_ok;
}

static napi_status find_slab(struct udp_socket *udp, uint8_t **slab, size_t *octets) {
  napi_value value;
  void *start;
  TRY(napi_get_reference_value(udp->env, udp->slab, &value));
  TRY(napi_get_arraybuffer_info(udp->env, value, &start, octets));
  *slab = start;
  return napi_ok;
}

static void describe(const struct mmsghdr *header, const struct message *message, uint32_t i,
                     struct received_columns *columns) {
  struct received_control control;
  cmsg_read(&header->msg_hdr, &control);

  columns->length[i] = header->msg_len;
  columns->truncated[i] = (header->msg_hdr.msg_flags & MSG_TRUNC) != 0;
  address_to_octets(&message->peer, &columns->source[i * ADDRESS_OCTETS]);
  columns->port[i] = address_port(&message->peer);
  columns->scope[i] = address_scope(&message->peer);
  memcpy(&columns->destination[i * ADDRESS_OCTETS], control.destination, ADDRESS_OCTETS);
  columns->interface[i] = control.interface;
  columns->ttl[i] = (int16_t)control.ttl;
  columns->seconds[i] = control.seconds;
  columns->nanoseconds[i] = control.nanoseconds;
}

napi_status udp_receive(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  uint32_t rows;
  uint8_t *slab;
  size_t slab_octets;
  struct received_columns columns;

  TRY(napi_get_value_uint32(udp->env, arguments[0], &rows));
  if (rows > BATCH) return throw_range(udp->env, "more rows than a batch has");
  TRY(find_slab(udp, &slab, &slab_octets));
  TRY(received_columns_find(udp->env, udp->received, BATCH, &columns));
  for (uint32_t i = 0; i < rows; i++) TRY(aim(udp, i, slab, slab_octets, columns.slot[i], udp->slot_octets));

  int received = -1;
  for (int attempt = 0; received < 0 && attempt < ATTEMPTS; attempt++) {
    received = recvmmsg(udp->fd, udp->headers, rows, MSG_DONTWAIT, NULL);
    if (received < 0 && errno == EAGAIN) received = 0;
    if (received < 0 && errno != EINTR && !is_icmp_error(errno)) return throw_errno(udp->env, errno, "recvmmsg", NULL);
  }
  if (received < 0) received = 0; /* still readable: libuv will call again */

  for (int i = 0; i < received; i++) describe(&udp->headers[i], &udp->messages[i], (uint32_t)i, &columns);
  return napi_create_int32(udp->env, received, result);
}

napi_status udp_send(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  uint32_t first, rows;
  uint8_t *slab;
  size_t slab_octets;
  struct queued_columns columns;

  TRY(napi_get_value_uint32(udp->env, arguments[0], &first));
  TRY(napi_get_value_uint32(udp->env, arguments[1], &rows));
  if (rows > BATCH) return throw_range(udp->env, "more rows than a batch has");
  if (first > udp->queue_rows || rows > udp->queue_rows - first) {
    return throw_range(udp->env, "no such row in the queue");
  }
  TRY(find_slab(udp, &slab, &slab_octets));
  TRY(queued_columns_find(udp->env, udp->queued, udp->queue_rows, &columns));
  for (uint32_t i = 0; i < rows; i++) {
    uint32_t row = first + i;
    struct msghdr *header = &udp->headers[i].msg_hdr;
    TRY(aim(udp, i, slab, slab_octets, columns.slot[row], columns.length[row]));
    header->msg_namelen = address_from_octets(udp->family, &columns.destination[row * ADDRESS_OCTETS],
                                              columns.port[row], columns.scope[row], &udp->messages[i].peer);
    cmsg_write(header, udp->family, &columns.source[row * ADDRESS_OCTETS], columns.interface[row], columns.ttl[row]);
  }

  uint32_t sent = 0;
  int attempt = 0;
  while (sent < rows) {
    int count = sendmmsg(udp->fd, udp->headers + sent, rows - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += (uint32_t)count;
      attempt = 0;
    } else if (++attempt == ATTEMPTS || (errno != EINTR && !is_icmp_error(errno))) {
      columns.error[first + sent] = errno;
      break;
    }
  }
  return napi_create_uint32(udp->env, sent, result);
}
