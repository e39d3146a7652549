/* A probe of machines of the list, with the time limits that each of them has as a setting. */
#ifndef NS_RUN_LOOK_H
#define NS_RUN_LOOK_H

#include "run/request.h"
#include "preflight/check.h"
#include "probe/probe.h"

/* As ns_probe_run. */
NS_MUST_USE ns_status ns_look(const ns_target *const *targets, size_t count, const ns_probe_options *options, ns_probe_done done, void *context,
                              ns_error *error);
/* What a check says of one machine, looked at for that. Its message is "" when nothing could be found out. */
void ns_look_judge(const ns_target *target, const char *check, HANDLE cancel, ns_verdict *out);

#endif
