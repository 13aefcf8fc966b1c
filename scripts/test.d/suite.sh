# shellcheck shell=bash disable=SC2034
# What scripts/test, scripts/sanitize and scripts/coverage have in common. To be sourced.

# The suite in three groups, as arguments of `swift test`: in milliseconds, with real servers, with whole fleets.
# Whole fleets by themselves: others' load would be taken for their own slowness.
suite_fast=(--skip IntegrationTests)
suite_real=(--filter IntegrationTests --skip EndToEnd)
suite_fleets=(--filter EndToEnd)

# How many tests at once, for all groups but the first: a test that waits for its turn is not a test that hangs.
at_once=--experimental-maximum-parallelization-width

# The object that a C source makes, for the linker. Its name changes with the source's content: an object that the
# package does not know is no reason to link again.
linked_in() { # FOLDER SOURCE, options of clang
    local folder=$1 source=$2 object
    shift 2
    object=$folder/$(sha256sum "$source" | cut -c1-16).o
    [ -e "$object" ] || clang -fPIC -Wall -Wextra -Werror -c "$@" "$source" -o "$object" || return
    echo "$object"
}
