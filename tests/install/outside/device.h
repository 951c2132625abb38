struct device {
  int users;
  int value;
};
void device_lock(struct device* d);
void device_unlock(struct device* d);
void device_begin(struct device* d);
void device_end(struct device* d);
