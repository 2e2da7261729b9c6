#include "failure.h"

#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

static napi_status set_string(napi_env env, napi_value object, const char *name, const char *text) {
  napi_value value;
  TRY(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value));
  return napi_set_named_property(env, object, name, value);
}

napi_status throw_errno(napi_env env, int number, const char *syscall, const char *detail) {
  char code[64];
  char text[256];
  napi_value message, error, value;

  uv_err_name_r(-number, code, sizeof code); /* libuv's errors are the kernel's, negated */
  snprintf(text, sizeof text, "%s %s%s%s", syscall, code, detail == NULL ? "" : " ", detail == NULL ? "" : detail);
  TRY(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &message));
  TRY(napi_create_error(env, NULL, message, &error));
  TRY(napi_create_int32(env, -number, &value));
  TRY(napi_set_named_property(env, error, "errno", value));
  TRY(set_string(env, error, "code", code));
  TRY(set_string(env, error, "syscall", syscall));
  TRY(napi_throw(env, error));
  return napi_pending_exception;
}

napi_status throw_type(napi_env env, const char *message) {
  TRY(napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message));
  return napi_pending_exception;
}

napi_status throw_range(napi_env env, const char *message) {
  TRY(napi_throw_range_error(env, "ERR_OUT_OF_RANGE", message));
  return napi_pending_exception;
}

void throw_status(napi_env env, napi_status status) {
  const napi_extended_error_info *last;
  bool pending;

  /* First, because every other call overwrites it. */
  MUST(napi_get_last_error_info(env, &last));
  const char *message = last->error_message == NULL ? "Node-API call failed" : last->error_message;
  MUST(napi_is_exception_pending(env, &pending));
  /* Pending without an exception: the environment is being stopped and runs no more JavaScript. */
  if (pending || status == napi_pending_exception) return;
  MUST(napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message));
}
