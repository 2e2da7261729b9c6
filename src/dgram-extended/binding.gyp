{
  "targets": [
    {
      "target_name": "dgram_extended",
      "sources": ["addon.c", "failure.c", "address.c", "cmsg.c", "columns.c", "options.c", "udp.c", "watch.c", "batch.c", "errqueue.c", "notify.c"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-std=c11", "-Wall", "-Wextra", "-Wunused-parameter", "-Werror", "-fvisibility=hidden"]
    }
  ]
}
