/* Writes an XML document, through libxml2. One owner at a time. */
#ifndef NS_BASE_XML_H
#define NS_BASE_XML_H

#include "base/status.h"

typedef struct ns_xml ns_xml;

/* Begins a document in UTF-8. */
NS_MUST_USE ns_status ns_xml_begin(ns_xml **out, ns_error *error);
/* Within the open element. What fails is told by the finish. */
void ns_xml_element(ns_xml *self, const char *name);
/* Of the element that was begun last, before anything within it. */
void ns_xml_attribute(ns_xml *self, const char *name, const char *value);
void ns_xml_text(ns_xml *self, const char *text);
/* Ends the innermost open element. */
void ns_xml_end(ns_xml *self);
/* Ends what is open, and frees `self` in any case. The caller frees *out. */
NS_MUST_USE ns_status ns_xml_finish(ns_xml *self, char **out, ns_error *error);

#endif
