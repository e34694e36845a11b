// libsystemd: what a service tells its manager.
#ifndef PENSTOCK_SYSTEMD_H
#define PENSTOCK_SYSTEMD_H
#include <systemd/sd-daemon.h>
#endif
