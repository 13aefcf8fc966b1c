#include "points.h"

#include <stdlib.h>
#include <zlib.h>

/* Open addressing; the room is a power of two and at most half used. */
static Point *table;
static size_t room, used, alive;
static double present;

void points_set_time(double seconds) { present = seconds; }

static bool hex_value(char byte, uint8_t *value) {
    if (byte >= '0' && byte <= '9') return *value = (uint8_t)(byte - '0'), true;
    char lower = (char)(byte | 32);
    if (lower >= 'a' && lower <= 'f') return *value = (uint8_t)(lower - 'a' + 10), true;
    return false;
}

bool point_id(Slice value, PointID *id) {
    memset(id, 0, sizeof *id);
    if (!json_is(value, '"')) {
        if (value.count == 0 || value.bytes[0] < '0' || value.bytes[0] > '9') return false;
        uint64_t number = strtoull(value.bytes, NULL, 10);
        for (int index = 15; index > 7; index--, number >>= 8) id->bytes[index] = (uint8_t)number;
        return true;
    }
    size_t digits = 0;
    for (size_t at = 1; at + 1 < value.count; at++) {
        uint8_t digit;
        if (value.bytes[at] == '-') continue;
        if (digits == 32 || !hex_value(value.bytes[at], &digit)) return false;
        id->bytes[digits / 2] |= (uint8_t)(digits % 2 == 0 ? digit << 4 : digit);
        digits++;
    }
    return digits == 32;
}

void point_write_id(PointID id, Buffer *into) {
    static const char digits[] = "0123456789abcdef";
    static const uint8_t none[8];
    if (memcmp(id.bytes, none, 8) == 0) {
        unsigned long long number = 0;
        for (int index = 8; index < 16; index++) number = number << 8 | id.bytes[index];
        buffer_format(into, "%llu", number);
        return;
    }
    char text[38], *at = text;
    *at++ = '"';
    for (int index = 0; index < 16; index++) {
        if (index == 4 || index == 6 || index == 8 || index == 10) *at++ = '-';
        *at++ = digits[id.bytes[index] >> 4];
        *at++ = digits[id.bytes[index] & 15];
    }
    *at = '"';
    buffer_add(into, text, sizeof text);
}

/* UUIDs are as good as random; numbers need the multiplication. */
static size_t first_place(PointID id) {
    uint64_t high, low;
    memcpy(&high, id.bytes, 8);
    memcpy(&low, id.bytes + 8, 8);
    return ((high ^ low) * 0x9E3779B97F4A7C15) >> 20 & (room - 1);
}

static Point *place_of(PointID id) {
    size_t place = first_place(id);
    while (table[place].is_used && memcmp(&table[place].id, &id, sizeof id) != 0) place = (place + 1) & (room - 1);
    return &table[place];
}

static void grow(void) {
    Point *former = table;
    size_t former_room = room;
    room = room ? room * 2 : 1 << 16;
    table = memory(NULL, room * sizeof *table);
    memset(table, 0, room * sizeof *table);
    used = 0;
    for (size_t place = 0; place < former_room; place++)
        if (former[place].is_used && !former[place].is_deleted) {
            *place_of(former[place].id) = former[place];
            used++;
        }
    free(former);
}

Point *point_find(PointID id) {
    if (room == 0) return NULL;
    Point *point = place_of(id);
    return point->is_used && !point->is_deleted ? point : NULL;
}

/* Of `[0.1,..]`, of `{"":[0.1,..],..}` or of whatever name has one. */
static Slice dense(Slice vector) {
    Slice name, value;
    if (json_is(vector, '{'))
        for (JsonWalk walk = json_walk(vector); json_member(&walk, &name, &value);)
            if (json_is(value, '[')) return value;
    return vector;
}

static void keep(Point *point, Slice payload) {
    point->changed = present;
    point->payload = memory(point->payload, payload.count + 1);
    memcpy(point->payload, payload.bytes, payload.count);
    point->size = payload.count;
}

void point_put(PointID id, Slice vector, Slice payload) {
    if (used * 2 >= room) grow();
    Point *point = place_of(id);
    if (!point->is_used) used++;
    if (!point->is_used || point->is_deleted) alive++;
    point->is_used = true;
    point->is_deleted = false;
    point->id = id;
    Slice text = dense(vector);
    point->crc = (uint32_t)crc32_z(0, (const unsigned char *)text.bytes, text.count);
    point->dimension = text.count > 2;
    for (size_t at = 0; at < text.count; at++) point->dimension += text.bytes[at] == ',';
    keep(point, json_is(payload, '{') ? payload : SLICE("{}"));
}

void point_delete(Point *point) {
    free(point->payload);
    point->payload = NULL;
    point->is_deleted = true;
    alive--;
}

void point_set_payload(Point *point, Slice members, bool replaces) {
    static Buffer merged;
    merged.count = 0;
    Slice key, value;
    buffer_text(&merged, "{");
    for (JsonWalk walk = json_walk(point_payload(point)); !replaces && json_member(&walk, &key, &value);) {
        bool is_set = false;
        Slice other, ignored;
        for (JsonWalk set = json_walk(members); json_member(&set, &other, &ignored);)
            is_set |= other.count == key.count && memcmp(other.bytes, key.bytes, key.count) == 0;
        if (is_set) continue;
        buffer_text(&merged, merged.count > 1 ? ",\"" : "\"");
        buffer_slice(&merged, key);
        buffer_text(&merged, "\":");
        buffer_slice(&merged, value);
    }
    if (members.count > 2) {
        if (merged.count > 1) buffer_text(&merged, ",");
        buffer_add(&merged, members.bytes + 1, members.count - 2);
    }
    buffer_text(&merged, "}");
    keep(point, buffer_all(&merged));
}

void points_forget(void) {
    for (size_t place = 0; place < room; place++)
        if (table[place].is_used) free(table[place].payload);
    free(table);
    table = NULL;
    room = used = alive = 0;
}

size_t points_count(void) { return alive; }

Point *points_next(size_t *place) {
    while (*place < room) {
        Point *point = &table[(*place)++];
        if (point->is_used && !point->is_deleted) return point;
    }
    return NULL;
}

size_t points_place(PointID id) { return room == 0 ? 0 : (size_t)(place_of(id) - table); }
