#include <stdlib.h>

#include "filter.h"
#include "qdrant.h"

static bool wants_member(Slice selector, Slice key) {
    if (selector.count == 0 || slice_is(selector, "true")) return true;
    Slice list = json_is(selector, '{') ? json_find(selector, "include") : selector, one;
    for (JsonWalk walk = json_walk(list); json_element(&walk, &one);)
        if (one.count == key.count + 2 && memcmp(one.bytes + 1, key.bytes, key.count) == 0) return true;
    return false;
}

static void write_point(const Point *point, Slice selector, Buffer *into) {
    buffer_text(into, "{\"id\":");
    point_write_id(point->id, into);
    if (!slice_is(selector, "false")) {
        buffer_text(into, ",\"payload\":{");
        bool is_first = true;
        Slice key, value;
        for (JsonWalk walk = json_walk(point_payload(point)); json_member(&walk, &key, &value);) {
            if (!wants_member(selector, key)) continue;
            buffer_text(into, is_first ? "\"" : ",\"");
            buffer_slice(into, key);
            buffer_text(into, "\":");
            buffer_slice(into, value);
            is_first = false;
        }
        buffer_text(into, "}");
    }
    buffer_text(into, "}");
}

void retrieve(Connection *connection, Slice asked) {
    seen.retrieves++;
    Slice one, selector = json_find(asked, "with_payload");
    Buffer *body = result();
    buffer_text(body, "[");
    size_t start = body->count;
    for (JsonWalk walk = json_walk(json_find(asked, "ids")); json_element(&walk, &one);) {
        PointID id;
        const Point *point = point_id(one, &id) ? point_find(id) : NULL;
        if (point == NULL) continue;
        if (body->count > start) buffer_text(body, ",");
        write_point(point, selector, body);
        seen.retrieved++;
    }
    buffer_text(body, "]");
    send_result(connection, body);
}

/* Without with_payload nothing is written of it, other than Qdrant's default here. */
void scroll(Connection *connection, Slice asked) {
    seen.scrolls++;
    Slice limit_text = json_find(asked, "limit"), offset = json_find(asked, "offset");
    Slice filter = json_find(asked, "filter"), selector = json_find(asked, "with_payload");
    size_t limit = limit_text.count ? strtoull(limit_text.bytes, NULL, 10) : 10, count = 0, place = 0;
    PointID id;
    if (point_id(offset, &id)) place = points_place(id);
    Buffer *body = result();
    buffer_text(body, "{\"points\":[");
    const Point *point;
    while ((point = points_next(&place)) != NULL) {
        if (!filter_met(filter, point)) continue;
        if (count == limit) break;
        if (count++ > 0) buffer_text(body, ",");
        write_point(point, selector, body);
    }
    buffer_text(body, "],\"next_page_offset\":");
    if (point) point_write_id(point->id, body);
    else buffer_text(body, "null");
    buffer_text(body, "}");
    send_result(connection, body);
}

void count_points(Connection *connection, Slice asked) {
    seen.counts++;
    Slice filter = json_find(asked, "filter");
    size_t found = filter.count ? 0 : points_count(), place = 0;
    if (filter.count)
        for (const Point *point; (point = points_next(&place)) != NULL;) found += filter_met(filter, point);
    Buffer *body = result();
    buffer_format(body, "{\"count\":%zu}", found);
    send_result(connection, body);
}

void dump(Connection *connection) {
    static Buffer body;
    body.count = 0;
    size_t place = 0;
    for (const Point *point; (point = points_next(&place)) != NULL;) {
        uint32_t numbers[] = {point->crc, point->dimension, (uint32_t)point->size};
        buffer_add(&body, &point->id, sizeof point->id);
        buffer_add(&body, numbers, sizeof numbers);
        buffer_add(&body, &point->changed, sizeof point->changed);
        buffer_slice(&body, point_payload(point));
    }
    http_reply(connection, 200, "application/octet-stream", buffer_all(&body));
    free(body.bytes);
    body = (Buffer){0};
}
