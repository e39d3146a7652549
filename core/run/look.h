/* A probe of machines of the list, with the time limits that each of them has as a setting. */
#ifndef NS_RUN_LOOK_H
#define NS_RUN_LOOK_H

#include "run/request.h"
#include "probe/probe.h"

/* As ns_probe_run. */
NS_MUST_USE ns_status ns_look(const ns_target *const *targets, size_t count, const ns_probe_options *options, ns_probe_done done, void *context,
                              ns_error *error);

#endif
