#include "counter.h"

#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int sum;
int painted;  // not static, or the compiler would leave it out

void add(int n) {
  pthread_mutex_lock(&mutex);
  sum += n;
  pthread_mutex_unlock(&mutex);
}

int total() {
  pthread_mutex_lock(&mutex);
  const int result = sum;
  pthread_mutex_unlock(&mutex);
  return result;
}

void paint(int colour) { painted = colour; }

bool reaches(int n) {
  if (total() >= n) return true;
  usleep(100);
  return total() >= n;
}
