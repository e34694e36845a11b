// A consumer of dispatch, or of standard input where SOCKET is -. usage: take SOCKET COUNT ARGUMENTS [timed]
#include "frames.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void subscribe(int line, const char *arguments) {
  uint8_t frame[1024];
  uint32_t count = (uint32_t)strlen(arguments), padded = (count + 7) & ~7u;
  head(frame, kind_command, 0, "", "", 3);
  memset(frame + 152, 0, 24 + padded);
  memcpy(frame + 152, &(uint64_t){7}, 8);
  memcpy(frame + 168, &count, 4);
  memcpy(frame + 176, arguments, count);
  seal(frame, 176 + padded);
  if (write(line, frame, 176 + padded) < 0) exit(1);
}

static int dial(const char *path) {
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  strncpy(place.sun_path, path, sizeof place.sun_path - 1);
  int line = socket(AF_UNIX, SOCK_STREAM, 0);
  for (int tries = 0; connect(line, (struct sockaddr *)&place, sizeof place) && tries < 6000; tries++) usleep(10000);
  return line;
}

int main(int many, char **words) {
  int line = words[1][0] == '-' ? 0 : dial(words[1]);
  struct taken taken = take_begin(strtoull(words[2], 0, 10), many > 4);
  if (line > 0) subscribe(line, words[3]);
  static uint8_t bytes[1 << 19];
  for (size_t held = 0;;) {
    ssize_t count = read(line, bytes + held, 1 << 18);
    if (count <= 0) break;
    uint64_t time = taken.waits ? now() : 0;
    held += (size_t)count;
    size_t at = 0;
    for (; held - at >= 16 && held - at >= half(bytes + at, 0); at += half(bytes + at, 0)) {
      int kind = bytes[at + 11];
      if (kind == kind_acknowledgement) printf("ready\n"), fflush(stdout);
      if (kind == kind_trade && take_note(&taken, bytes + at, time)) take_tell(&taken), exit(0);
    }
    memmove(bytes, bytes + at, held - at);
    held -= at;
  }
  take_tell(&taken);
}
