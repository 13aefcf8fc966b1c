#ifndef POINTS_H
#define POINTS_H

#include <stdint.h>

#include "json.h"

typedef struct {
    uint8_t bytes[16];
} PointID;

typedef struct {
    PointID id;
    bool is_used, is_deleted;
    /* Of the dense vector's text: its CRC-32 and how many numbers it has. */
    uint32_t crc, dimension;
    /* When it was last written, in seconds since 1970. */
    double changed;
    /* A JSON object as it was sent. */
    char *payload;
    size_t size;
} Point;

/* Of a UUID in quotes or a whole number; false for anything else. */
bool point_id(Slice value, PointID *id);
/* Appends it as Qdrant writes it. */
void point_write_id(PointID id, Buffer *into);

/* The time that is written into whatever changes from now on. */
void points_set_time(double seconds);

/* NULL when there is none. */
Point *point_find(PointID id);
void point_put(PointID id, Slice vector, Slice payload);
void point_delete(Point *point);
/* Sets these members and leaves the others; `replaces`: the others go. */
void point_set_payload(Point *point, Slice members, bool replaces);
void points_forget(void);

size_t points_count(void);
/* The points at and after a place, in no order that means anything; NULL after the last. `*place` is then behind it. */
Point *points_next(size_t *place);
/* Where `id` is, for points_next(). */
size_t points_place(PointID id);

static inline Slice point_payload(const Point *point) { return (Slice){point->payload, point->size}; }

#endif
