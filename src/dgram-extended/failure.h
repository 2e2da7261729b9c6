/*
 * How failures leave C. Every function that can fail returns a napi_status; TRY hands a bad one up. A failed system
 * call becomes a JavaScript Error right where it fails (throw_errno); whatever else comes up bad becomes one in
 * dispatch() (addon.c), so no status is lost and no exception is thrown twice.
 */
#ifndef DGRAM_EXTENDED_FAILURE_H
#define DGRAM_EXTENDED_FAILURE_H

#include <node_api.h>

#define TRY(call)                                     \
  do {                                                \
    napi_status try_status = (call);                  \
    if (try_status != napi_ok) return try_status;     \
  } while (0)

/* For finalizers and libuv's callbacks, where no caller can be told: a failure there is a defect, and ends the process. */
#define MUST(call)                                                                        \
  do {                                                                                    \
    if ((call) != napi_ok) napi_fatal_error(__func__, NAPI_AUTO_LENGTH, #call, NAPI_AUTO_LENGTH); \
  } while (0)

/*
 * Throws what Node throws for a failed system call: `bind EADDRINUSE 127.0.0.1:33435`, with code, errno (negative, as
 * in Node) and syscall. `number` is a value of errno; `detail` may be NULL. Returns napi_pending_exception.
 */
napi_status throw_errno(napi_env env, int number, const char *syscall, const char *detail);

/* Throws a TypeError or RangeError, with Node's codes, for a wrong argument. Returns napi_pending_exception. */
napi_status throw_type(napi_env env, const char *message);
napi_status throw_range(napi_env env, const char *message);

/* Makes sure that an exception is pending after a Node-API call that gave `status`. */
void throw_status(napi_env env, napi_status status);

#endif
