/* The store's tables, as the steps that lead from one version to the next. A step that was released never changes.
 * Private to core/store. */
#ifndef NS_STORE_SCHEMA_H
#define NS_STORE_SCHEMA_H

/* After the step from this version on, names are given their keys anew (rekey.h). */
enum { NS_SCHEMA_REKEY = 10 };

int ns_schema_version(void);
/* The statements that lead from `version` to the next. */
const char *ns_schema_step(int version);

#endif
