#include "filter.h"

#include <stdlib.h>

static bool equal(Slice one, Slice other) {
    return one.count == other.count && memcmp(one.bytes, other.bytes, one.count) == 0;
}

/* The member that a key in quotes names. */
static Slice named(const Point *point, Slice key) {
    Slice member, value, bare = {key.bytes + 1, key.count > 1 ? key.count - 2 : 0};
    for (JsonWalk walk = json_walk(point_payload(point)); json_member(&walk, &member, &value);)
        if (equal(member, bare)) return value;
    return (Slice){NULL, 0};
}

static bool any_is(Slice list, Slice value) {
    Slice one;
    for (JsonWalk walk = json_walk(list); json_element(&walk, &one);)
        if (equal(one, value)) return true;
    return false;
}

static bool in_range(Slice range, Slice value) {
    if (value.count == 0) return false;
    double number = strtod(value.bytes, NULL);
    Slice bound;
    return ((bound = json_find(range, "gte")).count == 0 || number >= strtod(bound.bytes, NULL))
        && ((bound = json_find(range, "gt")).count == 0 || number > strtod(bound.bytes, NULL))
        && ((bound = json_find(range, "lte")).count == 0 || number <= strtod(bound.bytes, NULL))
        && ((bound = json_find(range, "lt")).count == 0 || number < strtod(bound.bytes, NULL));
}

static bool condition_met(Slice condition, const Point *point) {
    Slice part, ids = json_find(condition, "has_id"), one;
    if (ids.count > 0) {
        PointID id;
        for (JsonWalk walk = json_walk(ids); json_element(&walk, &one);)
            if (point_id(one, &id) && memcmp(&id, &point->id, sizeof id) == 0) return true;
        return false;
    }
    if ((part = json_find(condition, "is_empty")).count > 0) {
        Slice value = named(point, json_find(part, "key"));
        return value.count == 0 || slice_is(value, "null") || slice_is(value, "[]");
    }
    if ((part = json_find(condition, "is_null")).count > 0)
        return slice_is(named(point, json_find(part, "key")), "null");
    Slice key = json_find(condition, "key");
    if (key.count == 0) return filter_met(condition, point);
    Slice value = named(point, key);
    if ((part = json_find(condition, "range")).count > 0) return in_range(part, value);
    Slice match = json_find(condition, "match");
    if ((part = json_find(match, "value")).count > 0) return equal(part, value);
    if ((part = json_find(match, "any")).count > 0) return any_is(part, value);
    if ((part = json_find(match, "except")).count > 0) return !any_is(part, value);
    return false;
}

/* How many of a list (or of one alone) are met. */
static size_t met(Slice conditions, const Point *point, size_t *count) {
    size_t holds = 0;
    *count = 0;
    if (json_is(conditions, '{')) return *count = 1, condition_met(conditions, point);
    Slice one;
    for (JsonWalk walk = json_walk(conditions); json_element(&walk, &one); ++*count) holds += condition_met(one, point);
    return holds;
}

bool filter_met(Slice filter, const Point *point) {
    size_t count;
    if (met(json_find(filter, "must"), point, &count) < count) return false;
    if (met(json_find(filter, "must_not"), point, &count) > 0) return false;
    return met(json_find(filter, "should"), point, &count) > 0 || count == 0;
}
