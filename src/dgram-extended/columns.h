/*
 * The metadata of a batch, as columns: one typed array per field, all of them views of one ArrayBuffer per direction
 * that is made once, so that no object and no string is made per datagram. Each list below is the only statement of its
 * columns: the C struct, the memory layout and the properties that JavaScript sees are all derived from it.
 *
 *   COLUMN(name, element in C, kind in JavaScript, elements per row)   widest element first, so each column is aligned
 */
#ifndef DGRAM_EXTENDED_COLUMNS_H
#define DGRAM_EXTENDED_COLUMNS_H

#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

#define RECEIVED_COLUMNS(COLUMN)                            \
  COLUMN(seconds, double, napi_float64_array, 1)            \
  COLUMN(nanoseconds, uint32_t, napi_uint32_array, 1)       \
  COLUMN(slot, uint32_t, napi_uint32_array, 1)              \
  COLUMN(length, uint32_t, napi_uint32_array, 1)            \
  COLUMN(interface, uint32_t, napi_uint32_array, 1)         \
  COLUMN(scope, uint32_t, napi_uint32_array, 1)             \
  COLUMN(port, uint16_t, napi_uint16_array, 1)              \
  COLUMN(ttl, int16_t, napi_int16_array, 1)                 \
  COLUMN(truncated, uint8_t, napi_uint8_array, 1)           \
  COLUMN(source, uint8_t, napi_uint8_array, ADDRESS_OCTETS) \
  COLUMN(destination, uint8_t, napi_uint8_array, ADDRESS_OCTETS)

#define QUEUED_COLUMNS(COLUMN)                              \
  COLUMN(slot, uint32_t, napi_uint32_array, 1)              \
  COLUMN(length, uint32_t, napi_uint32_array, 1)            \
  COLUMN(interface, uint32_t, napi_uint32_array, 1)         \
  COLUMN(scope, uint32_t, napi_uint32_array, 1)             \
  COLUMN(error, int32_t, napi_int32_array, 1)               \
  COLUMN(port, uint16_t, napi_uint16_array, 1)              \
  COLUMN(ttl, int16_t, napi_int16_array, 1)                 \
  COLUMN(destination, uint8_t, napi_uint8_array, ADDRESS_OCTETS) \
  COLUMN(source, uint8_t, napi_uint8_array, ADDRESS_OCTETS)

#define AS_FIELD(name, element, kind, per_row) element *name;
struct received_columns {
  RECEIVED_COLUMNS(AS_FIELD)
};
struct queued_columns {
  QUEUED_COLUMNS(AS_FIELD)
};
#undef AS_FIELD

/* Makes the ArrayBuffer of `rows` rows and an object with one typed array per column. */
napi_status received_columns_create(napi_env env, size_t rows, napi_value *buffer, napi_value *object);
napi_status queued_columns_create(napi_env env, size_t rows, napi_value *buffer, napi_value *object);

/*
 * Finds the columns inside their ArrayBuffer. To be called before each use: JavaScript can detach a buffer (by
 * transferring it), and then its old address must not be touched; that throws a TypeError.
 */
napi_status received_columns_find(napi_env env, napi_ref buffer, size_t rows, struct received_columns *columns);
napi_status queued_columns_find(napi_env env, napi_ref buffer, size_t rows, struct queued_columns *columns);

/* The octets of a referenced ArrayBuffer; throws a TypeError when there are fewer than `length`. */
napi_status buffer_octets(napi_env env, napi_ref buffer, size_t length, uint8_t **octets);

#endif
