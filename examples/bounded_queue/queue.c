/* Works in every test that its author wrote: one producer, one consumer. With one more of either, a
 * notification can reach a thread that has no use for it, and the one that waits for it sleeps on.
 *
 * -DTWO_CONDITIONS is the repair: those who wait for room and those who wait for items wait apart.
 */
#include "queue.h"

#ifdef TWO_CONDITIONS
#define EMPTIED(queue) (&(queue)->emptied)
#else
#define EMPTIED(queue) (&(queue)->changed)
#endif

void queue_init(struct queue* queue) {
  pthread_mutex_init(&queue->mutex, NULL);
  pthread_cond_init(&queue->changed, NULL);
#ifdef TWO_CONDITIONS
  pthread_cond_init(&queue->emptied, NULL);
#endif
  queue->first = queue->count = 0;
}

void queue_destroy(struct queue* queue) {
#ifdef TWO_CONDITIONS
  pthread_cond_destroy(&queue->emptied);
#endif
  pthread_cond_destroy(&queue->changed);
  pthread_mutex_destroy(&queue->mutex);
}

void queue_put(struct queue* queue, int item) {
  pthread_mutex_lock(&queue->mutex);
  while (queue->count == QUEUE_SIZE) pthread_cond_wait(EMPTIED(queue), &queue->mutex);
  queue->items[(queue->first + queue->count) % QUEUE_SIZE] = item;
  ++queue->count;
  pthread_cond_signal(&queue->changed);
  pthread_mutex_unlock(&queue->mutex);
}

int queue_take(struct queue* queue) {
  pthread_mutex_lock(&queue->mutex);
  while (queue->count == 0) pthread_cond_wait(&queue->changed, &queue->mutex);
  const int item = queue->items[queue->first];
  queue->first = (queue->first + 1) % QUEUE_SIZE;
  --queue->count;
  pthread_cond_signal(EMPTIED(queue));
  pthread_mutex_unlock(&queue->mutex);
  return item;
}
