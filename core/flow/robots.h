/* Flows of other makers' robots. Pure but for the place; any thread. */
#ifndef NS_FLOW_ROBOTS_H
#define NS_FLOW_ROBOTS_H

#include "flow/launch.h"

NS_MUST_USE ns_status ns_launch_desktop_flow(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
NS_MUST_USE ns_status ns_launch_uipath(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
NS_MUST_USE ns_status ns_launch_rcc(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
const char *ns_judge_uipath(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);
const char *ns_judge_rcc(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);

#endif
