/* Files that a flow made, to be brought back with its run: which they are, found in its session by patterns, and what is told of them. Any thread. */
#ifndef NS_FLOW_ARTIFACTS_H
#define NS_FLOW_ARTIFACTS_H

#include "base/json.h"

enum {
    NS_ARTIFACTS_MAXIMUM = 200,                    /* of one run */
    NS_ARTIFACT_BYTES_MAXIMUM = 200 * 1024 * 1024, /* of one run, all together */
    NS_ARTIFACT_NAME_SIZE = 300,                   /* bytes */
    NS_ARTIFACT_LIST_MAXIMUM = NS_ARTIFACTS_MAXIMUM * 1000
};

typedef struct ns_artifact {
    char *name;         /* as it is kept: "/" between folders, harmless below any folder of any system */
    char *path;         /* where it lies in the session; NULL where it is only told of */
    int64_t size;       /* bytes */
    int64_t changed_at; /* ms UTC, by the session's clock */
} ns_artifact;

typedef struct ns_artifact_list {
    ns_artifact *items;
    size_t count;
    int64_t more; /* so many matched and are not in the list: it is full */
} ns_artifact_list;

void ns_artifact_list_clear(ns_artifact_list *list);

/* Finds what the patterns name and what changed since then (ms UTC). Patterns have ";" or a line break between them; one that does not begin at a
 * root begins at `folder`. In each part of a path, * stands for anything and ? for one character; a part ** is any folders, or none. A link is
 * not followed. NS_STATUS_MEMORY. */
NS_MUST_USE ns_status ns_artifacts_find(const char *patterns, const char *folder, int64_t since, ns_artifact_list *out, ns_error *error);

/* What an agent tells of them; the caller deletes. NULL when memory ran out. */
cJSON *ns_artifacts_write(const ns_artifact_list *list);
/* The same read, from an agent that is not trusted: names are made harmless, and no two are alike. NS_STATUS_PROTOCOL, NS_STATUS_MEMORY. */
NS_MUST_USE ns_status ns_artifacts_read(const char *text, size_t size, ns_artifact_list *out, ns_error *error);

/* A copy of a path's parts that no system takes for more than files below a folder: no part is "..", a device or ends with a dot, no character is
 * one that Windows forbids. The caller frees; NULL when memory ran out. */
char *ns_artifact_name(const char *path);

#endif
