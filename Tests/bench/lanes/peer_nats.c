// NATS, by its C library over TCP: its server has no Unix socket. usage: peer_nats give URL < FRAMES | peer_nats take URL COUNT [timed]
#include "frames.h"

#include <nats/nats.h>
#include <unistd.h>

static natsConnection *line;
static struct taken taken;
static volatile int is_over;

static void give(const uint8_t *frame, uint32_t length) { natsConnection_Publish(line, "frames", frame, (int)length); }
static void flush(void) {}

static void note(natsConnection *from, natsSubscription *subscription, natsMsg *message, void *unused) {
  (void)from, (void)subscription, (void)unused;
  if (take_note(&taken, (const uint8_t *)natsMsg_GetData(message), taken.waits ? now() : 0)) is_over = 1;
  natsMsg_Destroy(message);
}

int main(int many, char **words) {
  for (int tries = 0; natsConnection_ConnectTo(&line, words[2]) != NATS_OK; tries++) {
    if (tries > 500) return 1;
    usleep(10000);
  }
  if (words[1][0] == 'g') {
    printf("ready\n"), fflush(stdout);
    read_frames(give, flush);
    natsConnection_Flush(line);
    pause();
    return 0;
  }
  taken = take_begin(strtoull(words[3], 0, 10), many > 4);
  natsSubscription *subscription;
  natsConnection_Subscribe(&subscription, line, "frames", note, 0);
  natsSubscription_SetPendingLimits(subscription, -1, -1);
  natsConnection_Flush(line);
  printf("ready\n"), fflush(stdout);
  while (!is_over) usleep(2000);
  take_tell(&taken);
}
