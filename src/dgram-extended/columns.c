#include "columns.h"

#include "failure.h"

static napi_status add_column(napi_env env, napi_value buffer, napi_value object, const char *name,
                              napi_typedarray_type kind, size_t length, size_t at) {
  napi_value column;
  TRY(napi_create_typedarray(env, kind, length, buffer, at, &column));
  return napi_set_named_property(env, object, name, column);
}

#define OCTETS_PER_ROW(name, element, kind, per_row) +sizeof(element) * (per_row)
static const size_t received_row_octets = RECEIVED_COLUMNS(OCTETS_PER_ROW);
static const size_t queued_row_octets = QUEUED_COLUMNS(OCTETS_PER_ROW);
#undef OCTETS_PER_ROW

#define CREATE(name, element, kind, per_row)                                        \
  TRY(add_column(env, *buffer, *object, #name, kind, rows *(per_row), at)); \
  at += rows * sizeof(element) * (per_row);

napi_status received_columns_create(napi_env env, size_t rows, napi_value *buffer, napi_value *object) {
  size_t at = 0;
  TRY(napi_create_arraybuffer(env, rows * received_row_octets, NULL, buffer));
  TRY(napi_create_object(env, object));
  RECEIVED_COLUMNS(CREATE)
  return napi_ok;
}

napi_status queued_columns_create(napi_env env, size_t rows, napi_value *buffer, napi_value *object) {
  size_t at = 0;
  TRY(napi_create_arraybuffer(env, rows * queued_row_octets, NULL, buffer));
  TRY(napi_create_object(env, object));
  QUEUED_COLUMNS(CREATE)
  return napi_ok;
}
#undef CREATE

#define FIND(name, element, kind, per_row) \
  columns->name = (element *)at;           \
  at += rows * sizeof(element) * (per_row);

napi_status received_columns_find(napi_env env, napi_ref buffer, size_t rows, struct received_columns *columns) {
  uint8_t *at = NULL;
  TRY(buffer_octets(env, buffer, rows * received_row_octets, &at));
  RECEIVED_COLUMNS(FIND)
  return napi_ok;
}

napi_status queued_columns_find(napi_env env, napi_ref buffer, size_t rows, struct queued_columns *columns) {
  uint8_t *at = NULL;
  TRY(buffer_octets(env, buffer, rows * queued_row_octets, &at));
  QUEUED_COLUMNS(FIND)
  return napi_ok;
}
#undef FIND

napi_status buffer_octets(napi_env env, napi_ref buffer, size_t length, uint8_t **octets) {
  napi_value value;
  void *start;
  size_t found;

  TRY(napi_get_reference_value(env, buffer, &value));
  TRY(napi_get_arraybuffer_info(env, value, &start, &found));
  if (found < length) return throw_type(env, "an ArrayBuffer of this socket has been detached");
  *octets = start;
  return napi_ok;
}
