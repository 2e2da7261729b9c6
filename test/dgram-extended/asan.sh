#!/bin/sh
# The addon's tests against a build with AddressSanitizer and UndefinedBehaviorSanitizer. Needs gcc and its libasan.
# A finding ends the Node process it happens in, and so fails the test that runs there.
set -eu
cd "$(dirname "$0")/../.."

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cp src/dgram-extended/*.c src/dgram-extended/*.h src/dgram-extended/binding.gyp "$build"

flags='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g'
CC=gcc CFLAGS="$flags" LDFLAGS="$flags" npm run --silent install -- "$build"

# Leaks are not looked for: V8 ends without freeing its heap. Buffers of ours that JavaScript sees are malloc'ed, so an octet
# too many in the slab or in a column is found as well.
export DGRAM_EXTENDED_PREBUILD="$build"
export LD_PRELOAD="$(gcc -print-file-name=libasan.so)"
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
node node_modules/vitest/vitest.mjs run test/dgram-extended test/net
