// What Linux has and Swift's Glibc module does not show. No _GNU_SOURCE here: it clashes with that module as soon as
// another C module is in the same target.
#ifndef PENSTOCK_LINUX_H
#define PENSTOCK_LINUX_H
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <stdint.h>

// `struct epoll_event` holds a union with a pointer; these take the number in it only.
static inline int penstock_epoll_control(int epoll, int verb, int descriptor, uint32_t bits, uint64_t token) {
    struct epoll_event event = {.events = bits, .data = {.u64 = token}};
    return epoll_ctl(epoll, verb, descriptor, &event);
}

// At most `count` (up to 64) of what is ready: its bits and its tokens. Returns how many, or -1.
static inline int penstock_epoll_wait(int epoll, uint32_t *bits, uint64_t *tokens, int count, int milliseconds) {
    struct epoll_event events[64];
    int found = epoll_wait(epoll, events, count < 64 ? count : 64, milliseconds);
    for (int index = 0; index < found; index++) {
        bits[index] = events[index].events;
        tokens[index] = events[index].data.u64;
    }
    return found;
}

// F_SETPIPE_SZ of fcntl(2), hidden likewise.
static const int penstock_set_pipe_size = 1031;

long syscall(long number, ...);

// accept4(2), which is hidden without _GNU_SOURCE: the next connection that waits at `listener`, or -1. <sys/socket.h> is left to
// Swift's Glibc module: included here too, its names are hidden from files that import only that.
static inline int penstock_accept(int listener, int flags) {
    return (int)syscall(SYS_accept4, listener, 0, 0, flags);
}

// `struct ucred`, hidden likewise: what SO_PEERCRED tells of a Unix socket's other end.
struct penstock_peer {
    int32_t process;
    uint32_t user;
    uint32_t group;
};
#endif
