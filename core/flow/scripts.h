/* Scripts, by the program that carries them out. Pure but for the place; any thread. */
#ifndef NS_FLOW_SCRIPTS_H
#define NS_FLOW_SCRIPTS_H

#include "flow/launch.h"

NS_MUST_USE ns_status ns_launch_script(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
/* Whether a file of that name is started by another program, which the kind "script" finds. */
bool ns_is_script(const char *path, bool windows);
/* Whether cmd.exe carries it out: CreateProcess starts that by itself for such a name, with blanks and dots behind it too. */
bool ns_is_batch(const char *path);
/* A batch file by cmd.exe: `words` from the script on. */
NS_MUST_USE ns_status ns_launch_batch(char *const *words, const ns_flow_place *place, ns_launch *out, ns_error *error);

#endif
