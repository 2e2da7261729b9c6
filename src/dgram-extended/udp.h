/*
 * One UDP socket and the memory it works on.
 *
 * Life: made by the constructor; perhaps watched by libuv (watch.c); closed once, by close(), by the end of the
 * environment or by the collection of its JavaScript object, whichever comes first; freed when both the JavaScript
 * object is gone and libuv has let go of the poll handle, in either order. While it is watched it holds a strong
 * reference to its own JavaScript object, as any active handle of Node does, so collection only ever meets a socket
 * that is not watched.
 */
#ifndef DGRAM_EXTENDED_UDP_H
#define DGRAM_EXTENDED_UDP_H

#include <node_api.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <uv.h>

#include "address.h"
#include "cmsg.h"

/* Datagrams per recvmmsg or sendmmsg: enough that the system call's own cost vanishes. */
#define BATCH 64

enum watch_event { ON_ERROR, ON_READABLE, ON_WRITABLE, WATCH_EVENTS };

struct watch {
  bool open; /* from uv_poll_init until libuv's close callback */
  bool holding; /* udp_socket.self is strong */
  uv_poll_t poll;
  napi_ref callbacks[WATCH_EVENTS];
  napi_async_context context;
  napi_async_cleanup_hook_handle hook;
};

struct message {
  struct iovec octets;
  union address peer;
  alignas(struct cmsghdr) uint8_t control[CONTROL_OCTETS];
};

struct udp_socket {
  napi_env env;
  bool wrapped;  /* the JavaScript object still exists */
  napi_ref self; /* that object: weak, strong while watched */
  int family;    /* AF_INET or AF_INET6 */
  int fd;        /* -1: closed */
  uint32_t slot_octets;
  uint32_t queue_rows;
  napi_ref slab;
  napi_ref received; /* ArrayBuffer of BATCH rows of received_columns */
  napi_ref queued;   /* ArrayBuffer of queue_rows rows of queued_columns */
  struct watch watch;
  /* What a batch is handed to the kernel in; filled anew for each call. */
  struct mmsghdr headers[BATCH];
  struct message messages[BATCH];
};

/* The shape of every method: `arguments` are as many as its row in addon.c says; `result` is undefined until set. */
typedef napi_status udp_method(struct udp_socket *udp, const napi_value *arguments, napi_value *result);

/* udp.c */
napi_status udp_create(napi_env env, napi_value self, const napi_value *arguments);
udp_method udp_bind, udp_address, udp_close;
/* Throws EBADF, as the kernel would, when the socket is closed. */
napi_status udp_check_open(struct udp_socket *udp, const char *method);
/* Closes what is open; safe at any time and any number of times. */
void udp_shut(struct udp_socket *udp);
/* Lets go of everything JavaScript owns. Only when nothing is open. */
void udp_release(struct udp_socket *udp);

/* watch.c */
udp_method udp_watch, udp_watch_writable;
/* Stops the callbacks at once; libuv lets go later and then udp_release is called. */
void watch_stop(struct udp_socket *udp);

/* batch.c */
udp_method udp_receive, udp_send;

/* options.c */
udp_method udp_set_option, udp_get_option, udp_join, udp_leave, udp_set_multicast_interface;
napi_status option_set(napi_env env, int fd, int family, const char *name, int value);

/* errqueue.c */
udp_method udp_read_errors;
/* Whether a send or receive failed with what an ICMP message about an *earlier* datagram left on the socket. */
bool is_icmp_error(int number);

#endif
