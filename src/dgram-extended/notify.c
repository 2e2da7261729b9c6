#include "notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "failure.h"

/* systemd reads no more than a page. */
#define MESSAGE_OCTETS 4096

napi_status notify(napi_env env, const napi_value *arguments) {
  struct sockaddr_un target = {.sun_family = AF_UNIX};
  char path[sizeof target.sun_path + 1]; /* one more, so that a path cut short shows */
  char message[MESSAGE_OCTETS + 1];
  size_t path_length, message_length;

  TRY(napi_get_value_string_utf8(env, arguments[0], path, sizeof path, &path_length));
  TRY(napi_get_value_string_utf8(env, arguments[1], message, sizeof message, &message_length));
  if (path_length == 0 || strlen(path) != path_length) return throw_errno(env, EINVAL, "sendto", path);
  if (path_length >= sizeof target.sun_path) return throw_errno(env, ENAMETOOLONG, "sendto", path);
  if (message_length == MESSAGE_OCTETS) return throw_errno(env, EMSGSIZE, "sendto", path);
  memcpy(target.sun_path, path, path_length);
  if (path[0] == '@') target.sun_path[0] = '\0';

  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return throw_errno(env, errno, "socket", NULL);
  /* An abstract name ends where the length says, so that must not count the NUL that ends a path. */
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_length);
  ssize_t sent = sendto(fd, message, message_length, MSG_NOSIGNAL, (struct sockaddr *)&target, length);
  int number = errno;
  (void)close(fd); /* nothing is buffered here that it could fail to write */
  return sent < 0 ? throw_errno(env, number, "sendto", path) : napi_ok;
}
