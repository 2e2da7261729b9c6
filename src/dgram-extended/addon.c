/*
 * What JavaScript sees: the class UdpSocket and the function notify. The one way in for all methods is dispatch(),
 * which finds the socket behind `this`, counts the arguments and turns a bad status into an exception. No state outside
 * the objects, so that every worker may load the addon.
 */
#include "failure.h"
#include "notify.h"
#include "udp.h"

#define MOST_ARGUMENTS 4

struct method {
  const char *name;
  size_t arguments;
  udp_method *run;
};

static const struct method methods[] = {
    {"setOption", 2, udp_set_option},
    {"getOption", 1, udp_get_option},
    {"join", 2, udp_join},
    {"leave", 2, udp_leave},
    {"setMulticastInterface", 1, udp_set_multicast_interface},
    {"bind", 3, udp_bind},
    {"address", 0, udp_address},
    {"watch", 1, udp_watch},
    {"watchWritable", 1, udp_watch_writable},
    {"receive", 1, udp_receive},
    {"send", 2, udp_send},
    {"readErrors", 1, udp_read_errors},
    {"close", 0, udp_close},
};
#define METHODS (sizeof methods / sizeof *methods)

static napi_status run(napi_env env, napi_callback_info info, napi_value *result) {
  napi_value self, arguments[MOST_ARGUMENTS];
  size_t count = MOST_ARGUMENTS;
  void *found;

  TRY(napi_get_cb_info(env, info, &count, arguments, &self, &found));
  const struct method *method = found;
  if (count < method->arguments) return throw_type(env, "too few arguments");
  /* Methods of a class made by napi_define_class run on its own objects only; any other `this` is V8's TypeError. */
  TRY(napi_unwrap(env, self, &found));
  struct udp_socket *udp = found;
  if (method->run != udp_close) TRY(udp_check_open(udp, method->name));
  return method->run(udp, arguments, result);
}

static napi_value dispatch(napi_env env, napi_callback_info info) {
  napi_value result = NULL;
  napi_status status = run(env, info, &result);
  if (status == napi_ok) return result;
  throw_status(env, status);
  return NULL;
}

static napi_status construct(napi_env env, napi_callback_info info, napi_value *self) {
  napi_value target, arguments[MOST_ARGUMENTS];
  size_t count = MOST_ARGUMENTS;

  TRY(napi_get_cb_info(env, info, &count, arguments, self, NULL));
  TRY(napi_get_new_target(env, info, &target));
  if (target == NULL) return throw_type(env, "UdpSocket is a class: use new");
  if (count < MOST_ARGUMENTS) return throw_type(env, "too few arguments");
  return udp_create(env, *self, arguments);
}

static napi_value construct_socket(napi_env env, napi_callback_info info) {
  napi_value self;
  napi_status status = construct(env, info, &self);
  if (status == napi_ok) return self;
  throw_status(env, status);
  return NULL;
}

static napi_status send_notification(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  if (count < 2) return throw_type(env, "too few arguments");
  return notify(env, arguments);
}

static napi_value notify_entry(napi_env env, napi_callback_info info) {
  napi_status status = send_notification(env, info);
  if (status != napi_ok) throw_status(env, status);
  return NULL;
}

static napi_status export_all(napi_env env, napi_value exports) {
  napi_property_descriptor properties[METHODS] = {0};
  napi_value class, function, batch;

  for (size_t i = 0; i < METHODS; i++) {
    properties[i] = (napi_property_descriptor){
        .utf8name = methods[i].name,
        .method = dispatch,
        .attributes = napi_default_method,
        .data = (void *)&methods[i],
    };
  }
  TRY(napi_define_class(env, "UdpSocket", NAPI_AUTO_LENGTH, construct_socket, NULL, METHODS, properties, &class));
  TRY(napi_set_named_property(env, exports, "UdpSocket", class));
  TRY(napi_create_function(env, "notify", NAPI_AUTO_LENGTH, notify_entry, NULL, &function));
  TRY(napi_set_named_property(env, exports, "notify", function));
  TRY(napi_create_uint32(env, BATCH, &batch));
  return napi_set_named_property(env, exports, "batch", batch);
}

NAPI_MODULE_INIT() {
  napi_status status = export_all(env, exports);
  if (status != napi_ok) throw_status(env, status);
  return exports;
}
