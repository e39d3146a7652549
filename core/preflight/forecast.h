/* The forecast: in one sentence, what a run with this connection would do on this machine now. Pure; any thread. */
#ifndef NS_PREFLIGHT_FORECAST_H
#define NS_PREFLIGHT_FORECAST_H

#include "preflight/check.h"

/* `verdicts` are those of the catalogue, in its order; with `kind` unknown and no message where a check was left out. */
void ns_forecast_make(const ns_check_input *in, const ns_verdict *verdicts, char *out, size_t size);

#endif
