// What the programs here share: frames of trades as FORMAT.md says, and what a taker of them notes. Their sequence is one row over all
// streams, so that a taker sees whether anything is lost; their received time is when they were due.
#ifndef PENSTOCK_BENCH_FRAMES_H
#define PENSTOCK_BENCH_FRAMES_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../../Sources/Common/CChecksum/checksum.h"

enum { frame_bytes = 208, kind_acknowledgement = 17, kind_trade = 6, kind_command = 16 };

static inline uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static inline uint64_t word(const uint8_t *frame, int at) {
  uint64_t value;
  memcpy(&value, frame + at, 8);
  return value;
}

static inline uint32_t half(const uint8_t *frame, int at) {
  uint32_t value;
  memcpy(&value, frame + at, 4);
  return value;
}

static inline void seal(uint8_t *frame, uint32_t length) {
  memcpy(frame, &length, 4);
  memset(frame + 4, 0, 4);
  uint32_t sum = ~penstock_crc32c(~0u, frame, length);
  memcpy(frame + 4, &sum, 4);
}

// A frame's header but for its length and checksum.
static inline void head(uint8_t *frame, int kind, int channel, const char *venue, const char *symbol, int words) {
  size_t venue_bytes = strlen(venue), symbol_bytes = strlen(symbol);
  memset(frame, 0, 152 + ((venue_bytes + symbol_bytes + 7) & ~7ul));
  memcpy(frame + 8, (uint8_t[]){'P', 'S', 1, (uint8_t)kind}, 4);
  memcpy(frame + 80, (uint8_t[]){1, 0, 1, 0, (uint8_t)venue_bytes, (uint8_t)symbol_bytes, (uint8_t)channel, (uint8_t)words}, 8);
  memcpy(frame + 152, venue, venue_bytes);
  memcpy(frame + 152 + venue_bytes, symbol, symbol_bytes);
}

// A trade's frame without its numbers: what changes from one to the next is put in by `number`.
static inline void trade(uint8_t *frame, int stream) {
  static const char *venues[] = {"binance", "coinbas", "kraken2"};
  char symbol[16];
  snprintf(symbol, sizeof symbol, "S%03d-USDT", stream / 3 % 1000);
  head(frame, kind_trade, 2, venues[stream % 3], symbol, 3);
  uint8_t *payload = frame + 168;
  memset(payload, 0, 40);
  memcpy(payload, &(uint64_t){6321050}, 8);
  memcpy(payload + 8, &(uint64_t){1250000}, 8);
  memcpy(payload + 16, (uint8_t[]){0xFE, 0xF8, 1, 16, 1, 0, 0, 0}, 8);
  memcpy(payload + 24, "7348004273480042", 16);
}

static inline void number(uint8_t *frame, uint64_t position, uint64_t sequence, uint64_t time) {
  uint32_t epoch = 1;
  uint64_t id = sequence * 0x9E3779B97F4A7C15u | 1;
  memcpy(frame + 16, &position, 8);
  memcpy(frame + 24, &sequence, 8);
  memcpy(frame + 32, &sequence, 8);
  memcpy(frame + 48, &time, 8);
  memcpy(frame + 56, &id, 8);
  memcpy(frame + 72, &epoch, 4);
  seal(frame, frame_bytes);
}

// What a taker has seen.
struct taken {
  uint64_t frames, last, lost, count;
  uint64_t *waits;  // of the frames behind the first tenth; null where nobody asks
};

static inline struct taken take_begin(uint64_t count, int is_timed) {
  struct taken taken = {.count = count, .waits = is_timed ? malloc(8 * (count + 1)) : 0};
  return taken;
}

// Notes a frame that came at `time`; whether it was the last.
static inline int take_note(struct taken *taken, const uint8_t *frame, uint64_t time) {
  uint64_t sequence = word(frame, 32);
  taken->lost += sequence != taken->last + 1;
  taken->last = sequence;
  if (taken->waits && taken->frames < taken->count) taken->waits[taken->frames] = time - word(frame, 48);
  taken->frames += 1;
  return sequence >= taken->count;
}

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

// Prints: done FRAMES LOST P50 P99 MOST, and waits until it may go.
static inline void take_tell(struct taken *taken) {
  uint64_t first = taken->frames / 10, n = taken->frames - first;
  uint64_t *at = taken->waits ? taken->waits + first : 0;
  if (at) qsort(at, n, 8, compare);
  printf("done %lu %lu %lu %lu %lu\n", taken->frames, taken->lost, at && n ? at[n / 2] : 0, at && n ? at[n * 99 / 100] : 0,
         at && n ? at[n - 1] : 0);
  fflush(stdout);
  while (getchar() != EOF) {}
}

// Reads frames from standard input, cut anywhere, and gives each to `body`, then `flush` once for all that one read has brought.
static inline void read_frames(void (*body)(const uint8_t *, uint32_t), void (*flush)(void)) {
  static uint8_t bytes[1 << 17];
  size_t held = 0;
  for (;;) {

    ssize_t count = read(0, bytes + held, (1 << 16));
    if (count <= 0) return;
    held += (size_t)count;
    size_t at = 0;
    while (held - at >= 8 && held - at >= half(bytes + at, 0)) {
      uint32_t length = half(bytes + at, 0);
      body(bytes + at, length);
      at += length;
    }
    memmove(bytes, bytes + at, held - at);
    held -= at;
    flush();
  }
}
#endif
