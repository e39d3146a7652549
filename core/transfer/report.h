/* A preflight's document (docs/checks.md) as a table for a spreadsheet, and as a page for people. Pure; any thread. */
#ifndef NS_TRANSFER_REPORT_H
#define NS_TRANSFER_REPORT_H

#include "base/json.h"

enum { NS_REPORT_MAXIMUM = 256 << 20 };

/* RFC 4180, a row for each check of each machine. What a machine named itself cannot become a formula. */
void ns_report_csv(const cJSON *document, ns_text *out);
/* One file without anything to load. */
void ns_report_html(const cJSON *document, ns_text *out);

#endif
