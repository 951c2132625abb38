#include "device.h"

int device_read(struct device* d) {
  device_lock(d);
  d->users++;
  int value = d->value;
  d->users--;
  device_unlock(d);
  return value;
}
