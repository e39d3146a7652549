/* The version of this build, from git; build/generated/version_generated.h is written by ./dev build. */
#ifndef NS_COMMON_VERSION_H
#define NS_COMMON_VERSION_H

#include "version_generated.h"

#endif
