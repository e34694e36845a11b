// libzmq: XPUB and SUB over a Unix socket. usage: peer_zmq give ENDPOINT CONSUMERS < FRAMES | peer_zmq take ENDPOINT COUNT [timed]
#include "frames.h"

#include <unistd.h>
#include <zmq.h>

static void *line;

static void give(const uint8_t *frame, uint32_t length) { zmq_send(line, frame, length, 0); }
static void flush(void) {}

int main(int many, char **words) {
  void *context = zmq_ctx_new();
  int is_giver = words[1][0] == 'g', mark = 100000, yes = 1;
  line = zmq_socket(context, is_giver ? ZMQ_XPUB : ZMQ_SUB);
  zmq_setsockopt(line, is_giver ? ZMQ_SNDHWM : ZMQ_RCVHWM, &mark, sizeof mark);
  if (is_giver) {
    zmq_setsockopt(line, ZMQ_XPUB_NODROP, &yes, sizeof yes);
    zmq_setsockopt(line, ZMQ_XPUB_VERBOSE, &yes, sizeof yes);
    if (zmq_bind(line, words[2])) return 1;
    char event[16];
    for (int wanted = atoi(words[3]); wanted > 0; wanted--) zmq_recv(line, event, sizeof event, 0);
    printf("ready\n"), fflush(stdout);
    read_frames(give, flush);
    pause();
    return 0;
  }
  zmq_setsockopt(line, ZMQ_SUBSCRIBE, "", 0);
  while (zmq_connect(line, words[2])) usleep(10000);
  struct taken taken = take_begin(strtoull(words[3], 0, 10), many > 4);
  for (;;) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, line, 0) < 0) return 1;
    int is_last = take_note(&taken, zmq_msg_data(&message), taken.waits ? now() : 0);
    zmq_msg_close(&message);
    if (is_last) break;
  }
  take_tell(&taken);
}
