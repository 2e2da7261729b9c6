/* One datagram to a UNIX socket, which Node cannot send: systemd's notification protocol, sd_notify(3). */
#ifndef DGRAM_EXTENDED_NOTIFY_H
#define DGRAM_EXTENDED_NOTIFY_H

#include <node_api.h>

/* arguments: path (a leading '@' is an abstract name), message. */
napi_status notify(napi_env env, const napi_value *arguments);

#endif
