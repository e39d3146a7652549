/* The console as a worker: carries out whatever waits in the queue, in a thread of its own, where the user has chosen that. UI thread. */
#ifndef NS_CONSOLE_QUEUE_WORKER_H
#define NS_CONSOLE_QUEUE_WORKER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct queue_worker queue_worker;

/* NULL when memory ran out. A store that cannot be opened shows elsewhere: it ends by itself then. */
queue_worker *queue_worker_start(const char *store_locator);
/* How many runs it carries out now. `self` may be NULL, here and below. */
size_t queue_worker_going_on(const queue_worker *self);
/* Takes nothing more; with `now` cancels what it has. */
void queue_worker_stop(queue_worker *self, bool now);
bool queue_worker_has_stopped(const queue_worker *self);
/* Waits for its end. */
void queue_worker_destroy(queue_worker *self);

#endif
