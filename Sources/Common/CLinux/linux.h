// What Linux has and Swift's Glibc module does not show. No _GNU_SOURCE here: it clashes with that module as soon as
// another C module is in the same target.
#ifndef PENSTOCK_LINUX_H
#define PENSTOCK_LINUX_H
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#endif
