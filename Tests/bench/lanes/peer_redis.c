// Redis, by hiredis on a Unix socket: what one read has brought is published in one pipeline.
// usage: peer_redis give SOCKET < FRAMES | peer_redis take SOCKET COUNT [timed]
#include "frames.h"

#include <hiredis/hiredis.h>
#include <unistd.h>

static redisContext *line;
static int waiting;

static void flush(void) {
  for (; waiting > 0; waiting--) {
    void *reply;
    if (redisGetReply(line, &reply)) exit(1);
    freeReplyObject(reply);
  }
}

static void give(const uint8_t *frame, uint32_t length) {
  const char *parts[] = {"PUBLISH", "frames", (const char *)frame};
  size_t sizes[] = {7, 6, length};
  redisAppendCommandArgv(line, 3, parts, sizes);
  if (++waiting == 256) flush();
}

int main(int many, char **words) {
  for (int tries = 0; tries < 500; tries++) {
    line = redisConnectUnix(words[2]);
    if (line && !line->err) break;
    usleep(10000);
  }
  if (words[1][0] == 'g') {
    printf("ready\n"), fflush(stdout);
    read_frames(give, flush);
    pause();
    return 0;
  }
  freeReplyObject(redisCommand(line, "SUBSCRIBE frames"));
  printf("ready\n"), fflush(stdout);
  struct taken taken = take_begin(strtoull(words[3], 0, 10), many > 4);
  for (redisReply *reply;;) {
    if (redisGetReply(line, (void **)&reply)) return 1;
    int is_last = take_note(&taken, (const uint8_t *)reply->element[2]->str, taken.waits ? now() : 0);
    freeReplyObject(reply);
    if (is_last) break;
  }
  take_tell(&taken);
}
