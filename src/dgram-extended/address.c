#include "address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"

static size_t octets_in(int family) { return family == AF_INET ? 4 : 16; }

socklen_t address_from_octets(int family, const uint8_t *octets, uint16_t port, uint32_t scope, union address *out) {
  memset(out, 0, sizeof *out);
  if (family == AF_INET) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons(port);
    memcpy(&out->v4.sin_addr, octets, 4);
    return sizeof out->v4;
  }
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons(port);
  out->v6.sin6_scope_id = scope;
  memcpy(&out->v6.sin6_addr, octets, 16);
  return sizeof out->v6;
}

static const void *address_of(const union address *address) {
  return address->any.sa_family == AF_INET ? (const void *)&address->v4.sin_addr : &address->v6.sin6_addr;
}

void address_to_octets(const union address *address, uint8_t *octets) {
  memcpy(octets, address_of(address), octets_in(address->any.sa_family));
}

uint16_t address_port(const union address *address) {
  return ntohs(address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port);
}

uint32_t address_scope(const union address *address) {
  return address->any.sa_family == AF_INET6 ? address->v6.sin6_scope_id : 0;
}

const char *address_text(const union address *address, char text[ADDRESS_TEXT]) {
  char host[INET6_ADDRSTRLEN];
  const char *printed = inet_ntop(address->any.sa_family, address_of(address), host, sizeof host);
  snprintf(text, ADDRESS_TEXT, "%s:%u", printed == NULL ? "?" : printed, address_port(address));
  return text;
}

napi_status address_octets_of(napi_env env, int family, napi_value value, const uint8_t **octets) {
  bool is_typed_array;
  napi_typedarray_type type;
  size_t length;
  void *start;

  TRY(napi_is_typedarray(env, value, &is_typed_array));
  if (!is_typed_array) return throw_type(env, "an address is a Uint8Array");
  TRY(napi_get_typedarray_info(env, value, &type, &length, &start, NULL, NULL));
  if (type != napi_uint8_array || length != octets_in(family)) {
    return throw_type(env, family == AF_INET ? "an IPv4 address is a Uint8Array of 4 octets"
                                             : "an IPv6 address is a Uint8Array of 16 octets");
  }
  *octets = start;
  return napi_ok;
}

napi_status address_to_value(napi_env env, const union address *address, napi_value *value) {
  size_t length = octets_in(address->any.sa_family);
  void *octets;
  napi_value buffer;

  TRY(napi_create_arraybuffer(env, length, &octets, &buffer));
  address_to_octets(address, octets);
  return napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, value);
}
