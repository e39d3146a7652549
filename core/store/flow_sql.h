/* The flow's columns in SQL, made from the list of its fields. Private to core/store. */
#ifndef NS_STORE_FLOW_SQL_H
#define NS_STORE_FLOW_SQL_H

#include "model/flow.h"

#define NS_FLOW_SQL_COLUMN(member, ...) ", " #member
#define NS_FLOW_SQL_MARK(member, ...) ", ?"
#define NS_FLOW_SQL_SET(member, ...) ", " #member " = ?"
#define NS_FLOW_SQL_TEXT(member, ...) "s"
#define NS_FLOW_SQL_NUMBER(member, ...) "i"

#define NS_FLOW_SQL_COLUMNS NS_FLOW_FIELDS(NS_FLOW_SQL_COLUMN, NS_FLOW_SQL_COLUMN)
/* Values: name, name_key, the fields, the id; of these types. */
#define NS_FLOW_SQL_INSERT                                                                                                                           \
    "INSERT INTO flow(name, name_key" NS_FLOW_SQL_COLUMNS ", id) VALUES (?, ?" NS_FLOW_FIELDS(NS_FLOW_SQL_MARK, NS_FLOW_SQL_MARK) ", ?)"
#define NS_FLOW_SQL_UPDATE "UPDATE flow SET name = ?, name_key = ?" NS_FLOW_FIELDS(NS_FLOW_SQL_SET, NS_FLOW_SQL_SET) " WHERE id = ?"
#define NS_FLOW_SQL_TYPES "ss" NS_FLOW_FIELDS(NS_FLOW_SQL_TEXT, NS_FLOW_SQL_NUMBER) "i"

#endif
