#ifndef FILTER_H
#define FILTER_H

#include "points.h"

/* Whether a point meets a filter: must, must_not and should with match, range, is_empty, is_null and has_id, over a
   payload's own members. No filter is met by all. Values are compared as they are written. */
bool filter_met(Slice filter, const Point *point);

#endif
