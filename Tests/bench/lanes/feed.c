// Writes trades of so many streams. usage: feed COUNT STREAMS RATE [spin] [lines]
// RATE 0: as fast as they are taken, 64 KiB at once; otherwise one after the other at so many a second, each due at a time of its own.
// `spin`: it watches the clock without a pause, and tells on standard error, in nanoseconds, how late it saw 50 and 99 of 100 of the
// due times though it did nothing else: what the machine itself takes away. Without, it sleeps between them.
// `lines`: one stream, not as frames but as `ingest binance --from-raw -` reads it.
#include "frames.h"

#include <sys/prctl.h>
#include <unistd.h>

static uint8_t (*templates)[frame_bytes];
static uint64_t *positions;

static int give(const uint8_t *bytes, size_t count) {
  while (count > 0) {
    ssize_t taken = write(1, bytes, count);
    if (taken <= 0) return 0;
    bytes += taken;
    count -= (size_t)taken;
  }
  return 1;
}

static const uint8_t *next(uint64_t index, int streams, uint64_t time) {
  int stream = (int)(index % (uint64_t)streams);
  number(templates[stream], ++positions[stream], index + 1, time);
  return templates[stream];
}

// A trade as the venue sends it; its number is the sequence.
static int say(uint64_t index, uint64_t time) {
  char line[512];
  int count = snprintf(line, sizeof line, "{\"ts\":%lu,\"dir\":\"in\",\"conn\":\"stream\",\"url\":\"wss://stream.binance.com:9443/stream\","
    "\"kind\":\"ws\",\"body\":\"{\\\"stream\\\":\\\"ethusdt@trade\\\",\\\"data\\\":{\\\"e\\\":\\\"trade\\\",\\\"E\\\":1767614400133,"
    "\\\"s\\\":\\\"ETHUSDT\\\",\\\"t\\\":%lu,\\\"p\\\":\\\"3451.15\\\",\\\"q\\\":\\\"7.748\\\",\\\"T\\\":1767614400133,"
    "\\\"m\\\":true,\\\"M\\\":true}}\"}\n", time, index + 1);
  return give((uint8_t *)line, (size_t)count);
}

static void pour(uint64_t count, int streams) {
  enum { batch = 65536 / frame_bytes };
  static uint8_t bytes[batch * frame_bytes];
  for (uint64_t index = 0; index < count;) {
    int held = 0;
    uint64_t time = now();
    for (; held < batch && index < count; held++, index++) memcpy(bytes + held * frame_bytes, next(index, streams, time), frame_bytes);
    if (!give(bytes, (size_t)held * frame_bytes)) return;
  }
}

static void pace(uint64_t count, int streams, uint64_t rate, int spins, int speaks) {
  uint64_t *late = calloc(count, 8), first = count / 10;
  uint64_t start = now() + 1000000, seen = now();
  prctl(PR_SET_TIMERSLACK, 1);
  for (uint64_t index = 0; index < count; index++) {
    uint64_t due = start + index * 1000000000 / rate, time = now();
    // What it was late itself, as a write took long, is not the machine's doing.
    uint64_t from = due > time ? due : time;
    while (time < due) {
      if (!spins) {
        struct timespec t = {(time_t)(due / 1000000000), (long)(due % 1000000000)};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, 0);
      }
      time = now();
    }
    late[index] = time - from;
    seen = spins ? due : time;
    if (!(speaks ? say(index, seen) : give(next(index, streams, seen), frame_bytes))) return;
  }
  qsort(late + first, count - first, 8, compare);
  if (spins) fprintf(stderr, "probe %lu %lu\n", late[first + (count - first) / 2], late[first + (count - first) * 99 / 100]);
}

int main(int many, char **words) {
  uint64_t count = strtoull(words[1], 0, 10), rate = strtoull(words[3], 0, 10);
  int streams = atoi(words[2]);
  templates = calloc((size_t)streams, frame_bytes);
  positions = calloc((size_t)streams, 8);
  for (int stream = 0; stream < streams; stream++) trade(templates[stream], stream);
  if (rate == 0) pour(count, streams);
  else {
    int spins = 0, speaks = 0;
    for (int at = 4; at < many; at++) spins |= words[at][0] == 's', speaks |= words[at][0] == 'l';
    pace(count, streams, rate, spins, speaks);
  }
}
