/* Internet addresses between JavaScript (Uint8Array of 4 or 16 octets, network order), sockaddr and text. */
#ifndef DGRAM_EXTENDED_ADDRESS_H
#define DGRAM_EXTENDED_ADDRESS_H

#include <netinet/in.h>
#include <node_api.h>
#include <stdint.h>

/* Octets that a column reserves for an address; IPv4 uses the first four. */
#define ADDRESS_OCTETS 16
/* Room for `[ADDRESS]:PORT` and its NUL. */
#define ADDRESS_TEXT (INET6_ADDRSTRLEN + 8)

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

/* Fills `out` from octets in network order; the port is in host order. Returns the length of the sockaddr. */
socklen_t address_from_octets(int family, const uint8_t *octets, uint16_t port, uint32_t scope, union address *out);

/* Writes the 4 or 16 octets of an address that the kernel filled in. */
void address_to_octets(const union address *address, uint8_t *octets);

/* Host order. */
uint16_t address_port(const union address *address);

/* Interface index of an IPv6 link-local address, else 0. */
uint32_t address_scope(const union address *address);

/* `127.0.0.1:33435`, as Node prints it. */
const char *address_text(const union address *address, char text[ADDRESS_TEXT]);

/* Finds the octets of a Uint8Array of the family's size, to be used at once; anything else throws a TypeError. */
napi_status address_octets_of(napi_env env, int family, napi_value value, const uint8_t **octets);

/* A fresh Uint8Array with the octets of an address. */
napi_status address_to_value(napi_env env, const union address *address, napi_value *value);

#endif
