#include "device.h"

void device_begin(struct device* d) {
  device_lock(d);
  d->users++;
}

void device_end(struct device* d) {
  d->users--;
  device_unlock(d);
}
