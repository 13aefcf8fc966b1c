#ifndef DEVICE_H
#define DEVICE_H

#include "embed.h"

/* One device behind TEI's queue, after TEI's core/src/queue.rs and infer.rs: each input takes a permit; inputs wait in
   their order; a batch is drawn as soon as there is a place for it and takes inputs until the next would exceed
   `batch_tokens`; one batch is computed while at most one more is drawn ahead. */
typedef struct {
    size_t permits, batch_tokens, ahead;
    double base_seconds, token_seconds;
} DeviceSettings;

void device_start(DeviceSettings settings);
/* False when there are not permits for all of its inputs: 429. */
bool device_take(Ask *ask);
/* From now on it takes `factor` times as long, for `seconds`. */
void device_slow(double seconds, double factor);
void device_reset(void);
/* Members of a JSON object. */
void device_stats(Buffer *into);

#endif
