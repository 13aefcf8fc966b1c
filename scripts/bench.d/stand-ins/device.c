#include "device.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { DEPTHS = 400, DEPTH_PARTS = 10 };
static const double SAMPLE_SECONDS = 0.005;

typedef struct {
    Ask *ask;
    size_t tokens;
} Waiting;

typedef struct {
    Waiting *items;
    size_t count, room, tokens;
    bool is_full;
    double began;
} Batch;

static DeviceSettings device;
static size_t permits_used;
/* A ring of inputs; `batches[0]` is computed, `batches[1]` drawn ahead. */
static Waiting *ring;
static size_t ring_room, ring_first, ring_count, ring_tokens;
static Batch batches[2];
static int timer = -1, sampler = -1;
static double done_at, slow_until, slow_factor = 1;

static struct {
    double busy, full_seconds;
    size_t batches, full, inputs, tokens, full_inputs, skipped;
    size_t depths[DEPTHS], samples;
    double depth_sum, depth_most;
} seen;

static struct timespec spec(double seconds) {
    return (struct timespec){(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)};
}

static void set_timer(double at) {
    struct itimerspec when = {.it_value = spec(at)};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static double service_seconds(const Batch *batch) {
    double seconds = device.base_seconds + device.token_seconds * (double)batch->tokens;
    return now() < slow_until ? seconds * slow_factor : seconds;
}

static void append(Batch *batch, Waiting item) {
    if (batch->count == batch->room) {
        batch->room = batch->room * 2 + 64;
        batch->items = memory(batch->items, batch->room * sizeof *batch->items);
    }
    batch->items[batch->count++] = item;
    batch->tokens += item.tokens;
}

static void draw(Batch *batch) {
    batch->count = batch->tokens = 0;
    batch->is_full = false;
    while (ring_count > 0) {
        Waiting item = ring[ring_first];
        if (batch->count > 0 && batch->tokens + item.tokens > device.batch_tokens) {
            batch->is_full = true;
            return;
        }
        ring_first = (ring_first + 1) % ring_room;
        ring_count--;
        ring_tokens -= item.tokens;
        /* Whoever has left is not computed for. */
        if (item.ask->connection == NULL) {
            permits_used--;
            seen.skipped++;
            if (--item.ask->missing == 0) free(item.ask);
            continue;
        }
        append(batch, item);
    }
}

static void start_batch(double at) {
    Batch *batch = &batches[0];
    batch->began = at;
    double seconds = service_seconds(batch);
    done_at = at + seconds;
    seen.batches++;
    seen.busy += seconds;
    seen.inputs += batch->count;
    seen.tokens += batch->tokens;
    if (batch->is_full) {
        seen.full++;
        seen.full_seconds += seconds;
        seen.full_inputs += batch->count;
    }
    set_timer(done_at);
}

/* Whatever can begin or be drawn ahead. */
static void fill(double at) {
    if (batches[0].count == 0) {
        if (batches[1].count > 0) {
            Batch free_one = batches[0];
            batches[0] = batches[1];
            batches[1] = free_one;
            batches[1].count = batches[1].tokens = 0;
        } else {
            draw(&batches[0]);
        }
        if (batches[0].count > 0) start_batch(at);
    }
    if (device.ahead > 0 && batches[0].count > 0 && batches[1].count == 0) draw(&batches[1]);
}

static void finish_batch(void) {
    uint64_t times;
    if (read(timer, &times, sizeof times) < 0 || batches[0].count == 0) return;
    Batch *batch = &batches[0];
    /* The next begins where this one ended, not where this process was woken. */
    double ended = done_at;
    size_t count = batch->count;
    batch->count = batch->tokens = 0;
    Waiting *items = batch->items;
    batch->items = NULL;
    batch->room = 0;
    double began = batch->began;
    permits_used -= count;
    fill(ended);
    for (size_t index = 0; index < count; index++) {
        Ask *ask = items[index].ask;
        ask->queue_seconds += began > ask->came ? began - ask->came : 0;
        ask->inference_seconds += ended - began;
        if (--ask->missing == 0) embed_answer(ask);
    }
    free(items);
}

bool device_take(Ask *ask) {
    if (permits_used + ask->count > device.permits) return false;
    permits_used += ask->count;
    if (ring_count + ask->count > ring_room) {
        size_t room = (ring_count + ask->count) * 2;
        Waiting *larger = memory(NULL, room * sizeof *larger);
        for (size_t index = 0; index < ring_count; index++) larger[index] = ring[(ring_first + index) % ring_room];
        free(ring);
        ring = larger;
        ring_room = room;
        ring_first = 0;
    }
    for (size_t index = 0; index < ask->count; index++, ring_count++) {
        ring[(ring_first + ring_count) % ring_room] = (Waiting){ask, ask->inputs[index].tokens};
        ring_tokens += ask->inputs[index].tokens;
    }
    fill(now());
    return true;
}

void device_slow(double seconds, double factor) {
    slow_until = now() + seconds;
    slow_factor = factor;
}

static void sample_depth(void) {
    uint64_t times;
    if (read(sampler, &times, sizeof times) < 0) return;
    double depth = (double)(ring_tokens + batches[1].tokens) / (double)device.batch_tokens;
    size_t part = (size_t)(depth * DEPTH_PARTS);
    seen.depths[part < DEPTHS ? part : DEPTHS - 1] += times;
    seen.samples += times;
    seen.depth_sum += depth * (double)times;
    if (depth > seen.depth_most) seen.depth_most = depth;
}

void device_start(DeviceSettings settings) {
    device = settings;
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    sampler = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct itimerspec every = {spec(SAMPLE_SECONDS), spec(SAMPLE_SECONDS)};
    timerfd_settime(sampler, 0, &every, NULL);
    http_watch(timer, finish_batch);
    http_watch(sampler, sample_depth);
}

void device_reset(void) { memset(&seen, 0, sizeof seen); }

static double depth_at(double fraction) {
    size_t sum = 0, wanted = (size_t)(fraction * (double)seen.samples);
    for (size_t part = 0; part < DEPTHS; part++)
        if ((sum += seen.depths[part]) > wanted) return (double)(part + 1) / DEPTH_PARTS;
    return 0;
}

void device_stats(Buffer *into) {
    buffer_format(
        into,
        "\"batches\":%zu,\"full_batches\":%zu,\"full_inputs\":%zu,\"full_seconds\":%.6f,\"busy_seconds\":%.6f,"
        "\"computed\":%zu,\"computed_tokens\":%zu,\"skipped\":%zu,\"permits_used\":%zu,"
        "\"depth\":{\"mean\":%.3f,\"p99\":%.1f,\"max\":%.3f}",
        seen.batches, seen.full, seen.full_inputs, seen.full_seconds, seen.busy, seen.inputs, seen.tokens,
        seen.skipped, permits_used, seen.samples ? seen.depth_sum / (double)seen.samples : 0, depth_at(0.99),
        seen.depth_most);
}
