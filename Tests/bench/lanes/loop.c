// What a stage costs that does nothing: reads and writes so many bytes at once. usage: loop BYTES
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **words) {
  size_t room = count > 1 ? (size_t)atol(words[1]) : 65536;
  char *bytes = malloc(room);
  for (;;) {
    ssize_t held = read(0, bytes, room);
    if (held <= 0) return held < 0;
    for (ssize_t at = 0; at < held;) {
      ssize_t taken = write(1, bytes + at, (size_t)(held - at));
      if (taken < 0) return 1;
      at += taken;
    }
  }
}
