/*
 * Readiness: libuv's poll handle and the way from it into JavaScript.
 *
 * Linux shows a filled error queue (IP_RECVERR) as POLLERR, and libuv answers a bare POLLERR by stopping the handle and
 * saying EBADF: the socket would go deaf after the first ICMP message. SO_SELECT_ERR_QUEUE (always on, udp.c) adds
 * POLLPRI to it; a handle that watches UV_PRIORITIZED then gets the event and goes on.
 */
#include <errno.h>
#include <stdlib.h>

#include "failure.h"
#include "udp.h"

/* Errors first: reading them also takes the pending error off the socket that the next receive or send would meet. */
static const struct {
  int uv_event;
  const char *callback;
} watched[WATCH_EVENTS] = {
    [ON_ERROR] = {UV_PRIORITIZED, "onError"},
    [ON_READABLE] = {UV_READABLE, "onReadable"},
    [ON_WRITABLE] = {UV_WRITABLE, "onWritable"},
};

/*
 * Hands the exception of a callback to process 'uncaughtException', as Node does for its own. Without an exception the
 * environment (a worker that is terminated) is being stopped: its JavaScript was cut off, or did not run.
 */
static void report(napi_env env) {
  napi_value exception;
  bool pending;

  MUST(napi_is_exception_pending(env, &pending));
  if (!pending) return;
  MUST(napi_get_and_clear_last_exception(env, &exception));
  /* Fails only when the environment has begun to stop since: then nobody is left to be told. */
  (void)napi_fatal_exception(env, exception);
}

static void call_back(struct udp_socket *udp, enum watch_event event) {
  napi_value self, callback;
  MUST(napi_get_reference_value(udp->env, udp->self, &self));
  MUST(napi_get_reference_value(udp->env, udp->watch.callbacks[event], &callback));
  if (napi_make_callback(udp->env, udp->watch.context, self, callback, 0, NULL, NULL) != napi_ok) report(udp->env);
}

static void on_poll(uv_poll_t *poll, int poll_status, int events) {
  struct udp_socket *udp = poll->data;
  napi_handle_scope scope;

  MUST(napi_open_handle_scope(udp->env, &scope));
  if (poll_status < 0) {
    /* libuv has stopped the handle. Not seen with SO_SELECT_ERR_QUEUE; nothing more would be heard, so it must be. */
    (void)throw_errno(udp->env, -poll_status, "poll", NULL);
    report(udp->env);
  }
  for (int event = 0; event < WATCH_EVENTS; event++) {
    /* Any callback may have closed the socket. */
    if ((events & watched[event].uv_event) == 0 || uv_is_closing((uv_handle_t *)poll)) continue;
    call_back(udp, event);
  }
  MUST(napi_close_handle_scope(udp->env, scope));
}

static void on_closed(uv_handle_t *handle) {
  struct udp_socket *udp = handle->data;
  napi_async_cleanup_hook_handle hook = udp->watch.hook;

  udp->watch.open = false;
  udp->watch.hook = NULL;
  udp_release(udp);
  if (!udp->wrapped) free(udp);
  /* Last, since it lets a stopping environment go on and disappear. */
  if (hook != NULL) MUST(napi_remove_async_cleanup_hook(hook));
}

/* The environment (the process, or a worker) ends: it waits until on_closed has removed this hook. */
static void on_environment_end(napi_async_cleanup_hook_handle hook, void *native) {
  (void)hook;
  udp_shut(native);
}

void watch_stop(struct udp_socket *udp) {
  uv_handle_t *handle = (uv_handle_t *)&udp->watch.poll;
  /* Takes effect at once: no callback comes after it, and the descriptor may be closed. */
  if (!uv_is_closing(handle)) uv_close(handle, on_closed);
}

static napi_status poll_for(struct udp_socket *udp, int events) {
  int failed = uv_poll_start(&udp->watch.poll, events, on_poll);
  return failed ? throw_errno(udp->env, -failed, "uv_poll_start", NULL) : napi_ok;
}

/* A failure half way leaves what was made so far to close() or to the finalizer. */
napi_status udp_watch(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  napi_env env = udp->env;
  struct watch *watch = &udp->watch;
  napi_value self, name, callbacks[WATCH_EVENTS];
  uv_loop_t *loop;

  for (int event = 0; event < WATCH_EVENTS; event++) {
    napi_valuetype type;
    TRY(napi_get_named_property(env, arguments[0], watched[event].callback, &callbacks[event]));
    TRY(napi_typeof(env, callbacks[event], &type));
    if (type != napi_function) return throw_type(env, "onError, onReadable and onWritable are functions");
  }
  /* After the lookups, since a getter is JavaScript and may have called watch or close. */
  TRY(udp_check_open(udp, "watch"));
  if (watch->open) return throw_errno(env, EALREADY, "watch", NULL);
  TRY(napi_get_uv_event_loop(env, &loop));
  int failed = uv_poll_init_socket(loop, &watch->poll, udp->fd);
  if (failed) return throw_errno(env, -failed, "uv_poll_init", NULL);
  watch->open = true;
  watch->poll.data = udp;

  TRY(napi_reference_ref(env, udp->self, NULL));
  watch->holding = true;
  for (int event = 0; event < WATCH_EVENTS; event++) {
    TRY(napi_create_reference(env, callbacks[event], 1, &watch->callbacks[event]));
  }
  TRY(napi_get_reference_value(env, udp->self, &self));
  TRY(napi_create_string_utf8(env, "UdpSocket", NAPI_AUTO_LENGTH, &name));
  TRY(napi_async_init(env, self, name, &watch->context));
  TRY(napi_add_async_cleanup_hook(env, on_environment_end, udp, &watch->hook));
  return poll_for(udp, UV_READABLE | UV_PRIORITIZED);
}

napi_status udp_watch_writable(struct udp_socket *udp, const napi_value *arguments, napi_value *result) {
  (void)result;
  bool wanted;
  TRY(napi_get_value_bool(udp->env, arguments[0], &wanted));
  if (!udp->watch.open) return throw_errno(udp->env, EINVAL, "watchWritable", NULL);
  return poll_for(udp, UV_READABLE | UV_PRIORITIZED | (wanted ? UV_WRITABLE : 0));
}
