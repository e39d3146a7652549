#include "store/schema.h"

#include "base/platform.h"

/* Whatever a claim goes by counts (ns_claim_mark); a lease that is renewed, and what is written of a run on its way, does not. */
#define COUNTED(name, event) "CREATE TRIGGER counted_" name " AFTER " event " BEGIN UPDATE claim_mark SET n = n + 1; END;"
#define COUNTED_WHOLE(table)                                                                                                                         \
    COUNTED(table "_insert", "INSERT ON " table) COUNTED(table "_update", "UPDATE ON " table) COUNTED(table "_delete", "DELETE ON " table)

#define COUNTED_RUN                                                                                                                                  \
    COUNTED("run_insert", "INSERT ON run WHEN new.state IN ('Queued', 'Running')")                                                                   \
    COUNTED("run_delete", "DELETE ON run WHEN old.state IN ('Queued', 'Running')")                                                                   \
    COUNTED("run_update", "UPDATE OF state, epoch, owner, cancel_requested, machine_id, group_id, connection_id, place, queue, lane, priority, "     \
                          "moved, not_before, rest_until ON run")
#define COUNTED_MACHINE                                                                                                                              \
    COUNTED("machine_insert", "INSERT ON machine")                                                                                                   \
    COUNTED("machine_update", "UPDATE OF name, host, port, group_id, computer ON machine")                                                           \
    COUNTED("machine_delete", "DELETE ON machine")
#define COUNTED_WORKER                                                                                                                               \
    COUNTED("worker_insert", "INSERT ON worker")                                                                                                     \
    COUNTED("worker_update", "UPDATE OF capacity, serves_all, stopping ON worker")                                                                   \
    COUNTED("worker_delete", "DELETE ON worker")
#define COUNTED_REST                                                                                                                                 \
    COUNTED_WHOLE("machine_address")                                                                                                                 \
    COUNTED_WHOLE("machine_setting")                                                                                                                 \
    COUNTED_WHOLE("group_setting")                                                                                                                   \
    COUNTED_WHOLE("connection")                                                                                                                      \
    COUNTED_WHOLE("sign_in")                                                                                                                         \
    COUNTED_WHOLE("session")                                                                                                                         \
    COUNTED_WHOLE("worker_group")

/* `name_key` is the name with its case folded: names are unique ignoring case, for every alphabet. Runs keep the names
 * of what they used, because machines, flows and connections may be removed later. */
static const char *const steps[] = {
    "CREATE TABLE machine_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, description TEXT NOT NULL);"
    "CREATE TABLE machine (id INTEGER PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, host TEXT NOT NULL, port INTEGER NOT NULL,"
    "  description TEXT NOT NULL, group_id INTEGER REFERENCES machine_group(id), pin TEXT NOT NULL DEFAULT '');"
    "CREATE INDEX machine_by_group ON machine(group_id);"
    "CREATE TABLE group_setting (group_id INTEGER NOT NULL REFERENCES machine_group(id) ON DELETE CASCADE, name TEXT NOT NULL,"
    "  value TEXT NOT NULL, PRIMARY KEY (group_id, name));"
    "CREATE TABLE machine_setting (machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE, name TEXT NOT NULL,"
    "  value TEXT NOT NULL, PRIMARY KEY (machine_id, name));"
    "CREATE TABLE connection (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, user_name TEXT NOT NULL,"
    "  domain TEXT NOT NULL, secret BLOB, refused_at INTEGER NOT NULL DEFAULT 0, refused_code TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE flow (id INTEGER PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL UNIQUE, program TEXT NOT NULL, arguments TEXT NOT NULL,"
    "  directory TEXT NOT NULL, timeout_s INTEGER NOT NULL, success_codes TEXT NOT NULL);"
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, machine_id INTEGER REFERENCES machine(id) ON DELETE SET NULL,"
    "  flow_id INTEGER REFERENCES flow(id) ON DELETE SET NULL, connection_id INTEGER REFERENCES connection(id) ON DELETE SET NULL,"
    "  machine TEXT NOT NULL, flow TEXT NOT NULL, connection TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',"
    "  message TEXT NOT NULL DEFAULT '', remedy TEXT NOT NULL DEFAULT '', exit_code INTEGER, output TEXT NOT NULL DEFAULT '',"
    "  output_truncated INTEGER NOT NULL DEFAULT 0, screen_width INTEGER NOT NULL DEFAULT 0, screen_height INTEGER NOT NULL DEFAULT 0,"
    "  screen_scale INTEGER NOT NULL DEFAULT 0, session_id TEXT NOT NULL DEFAULT '', session_user TEXT NOT NULL DEFAULT '',"
    "  session_started_at INTEGER NOT NULL DEFAULT 0, session_end TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL,"
    "  started_at INTEGER NOT NULL DEFAULT 0, ended_at INTEGER NOT NULL DEFAULT 0, cancel_requested INTEGER NOT NULL DEFAULT 0,"
    "  owner TEXT NOT NULL DEFAULT '', owner_seen_at INTEGER NOT NULL DEFAULT 0);"
    "CREATE INDEX run_by_machine ON run(machine_id, id);"
    "CREATE INDEX run_open ON run(state) WHERE state IN ('Queued', 'Running');"
    "CREATE TABLE run_phase (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, name TEXT NOT NULL,"
    "  started_at INTEGER NOT NULL, duration_ms INTEGER NOT NULL DEFAULT -1, detail TEXT NOT NULL, PRIMARY KEY (run_id, ordinal));"
    "CREATE TABLE run_screenshot (run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, png BLOB NOT NULL);",

    /* Sessions that runs left, what runs found, and who is signing in with which account. */
    "ALTER TABLE connection ADD COLUMN kind TEXT NOT NULL DEFAULT 'password';"
    "ALTER TABLE run ADD COLUMN purpose TEXT NOT NULL DEFAULT 'flow';"
    "ALTER TABLE run ADD COLUMN session_record INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN session_reused INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN environment TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE run_finding (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, code TEXT NOT NULL,"
    "  message TEXT NOT NULL, PRIMARY KEY (run_id, ordinal));"
    "CREATE TABLE session (id INTEGER PRIMARY KEY, machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE,"
    "  connection_id INTEGER REFERENCES connection(id) ON DELETE SET NULL, connection TEXT NOT NULL, user_name TEXT NOT NULL,"
    "  user_key TEXT NOT NULL, session_id TEXT NOT NULL, started_at INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    "  depth INTEGER NOT NULL, state TEXT NOT NULL, run_id INTEGER NOT NULL, since INTEGER NOT NULL,"
    "  UNIQUE (machine_id, user_key, session_id));"
    "CREATE TABLE sign_in (account TEXT PRIMARY KEY, connection_id INTEGER NOT NULL, refused_at INTEGER NOT NULL DEFAULT 0,"
    "  refused_code TEXT NOT NULL DEFAULT '', holder TEXT NOT NULL DEFAULT '', held_at INTEGER NOT NULL DEFAULT 0,"
    "  run_id INTEGER NOT NULL DEFAULT 0);",

    /* What preflight found, and what was changed on machines. */
    "CREATE TABLE preflight (id INTEGER PRIMARY KEY AUTOINCREMENT, machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE,"
    "  at INTEGER NOT NULL, connection TEXT NOT NULL, verdict TEXT NOT NULL, forecast TEXT NOT NULL, summary TEXT NOT NULL,"
    "  row TEXT NOT NULL, facts TEXT NOT NULL);"
    "CREATE INDEX preflight_by_machine ON preflight(machine_id, id);"
    "CREATE TABLE machine_change (id INTEGER PRIMARY KEY AUTOINCREMENT, machine_id INTEGER REFERENCES machine(id) ON DELETE SET NULL,"
    "  machine TEXT NOT NULL, what TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, at INTEGER NOT NULL,"
    "  undone_at INTEGER NOT NULL DEFAULT 0);",

    /* What people changed, so that it can be read and undone. */
    "CREATE TABLE activity (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, verb TEXT NOT NULL,"
    "  undone_at INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE activity_change (activity_id INTEGER NOT NULL REFERENCES activity(id) ON DELETE CASCADE, ordinal INTEGER NOT NULL,"
    "  kind TEXT NOT NULL, thing_id INTEGER NOT NULL, name TEXT NOT NULL, before TEXT, after TEXT, PRIMARY KEY (activity_id, ordinal));"
    "CREATE INDEX activity_change_by_thing ON activity_change(kind, thing_id);",

    /* What was said, as ids and values beside the English text: JSON, "" where there are none. */
    "ALTER TABLE run ADD COLUMN message_said TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE run_phase ADD COLUMN detail_said TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE run_finding ADD COLUMN message_said TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE preflight ADD COLUMN forecast_said TEXT NOT NULL DEFAULT '';",

    /* What the store knows of itself. Runs that are open are found without the others, and those of a connection or flow without looking at all. A
     * session's number is never given again: a sign-out that waits means the one that it was asked for. */
    "CREATE TABLE store_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL);"
    "DROP INDEX run_open;"
    "CREATE INDEX run_open ON run(machine_id, id) WHERE state IN ('Queued', 'Running');"
    "CREATE INDEX run_by_connection ON run(connection_id);"
    "CREATE INDEX run_by_flow ON run(flow_id);"
    "CREATE TABLE kept_session (id INTEGER PRIMARY KEY AUTOINCREMENT, machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE,"
    "  connection_id INTEGER REFERENCES connection(id) ON DELETE SET NULL, connection TEXT NOT NULL, user_name TEXT NOT NULL,"
    "  user_key TEXT NOT NULL, session_id TEXT NOT NULL, started_at INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    "  depth INTEGER NOT NULL, state TEXT NOT NULL, run_id INTEGER NOT NULL, since INTEGER NOT NULL,"
    "  UNIQUE (machine_id, user_key, session_id));"
    "INSERT INTO kept_session SELECT * FROM session;"
    "DROP TABLE session;"
    "ALTER TABLE kept_session RENAME TO session;"
    "CREATE INDEX session_by_connection ON session(connection_id);",

    /* A run is held for a time, by the store's own clock, and each hold has a number that fences the ones before. */
    "CREATE TABLE store_clock (id INTEGER PRIMARY KEY, ms INTEGER NOT NULL, boot TEXT NOT NULL, boot_ms INTEGER NOT NULL);"
    "INSERT INTO store_clock(id, ms, boot, boot_ms) VALUES (1, 0, '', 0);"
    "ALTER TABLE run ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE sign_in ADD COLUMN refused_by_store INTEGER NOT NULL DEFAULT 0;",

    /* The queue. `queue` is a machine's id, or a group's below 0, or 0 while a run stands in none; `lane` is the connection, since runs of one queue
     * that sign in as the same user wait for the same things: only the first of each lane is looked at. Who has no owner is anybody's. */
    "CREATE TABLE worker (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, owner TEXT NOT NULL, version TEXT NOT NULL,"
    "  capacity INTEGER NOT NULL, serves_all INTEGER NOT NULL, started_at INTEGER NOT NULL, lease_until INTEGER NOT NULL,"
    "  stopping INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE worker_group (worker_id INTEGER NOT NULL REFERENCES worker(id) ON DELETE CASCADE,"
    "  group_id INTEGER NOT NULL REFERENCES machine_group(id) ON DELETE CASCADE, PRIMARY KEY (worker_id, group_id));"
    "CREATE INDEX worker_group_by_group ON worker_group(group_id);"
    "CREATE TABLE machine_address (machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE, address TEXT NOT NULL,"
    "  PRIMARY KEY (machine_id, address));"
    "CREATE INDEX machine_address_by_address ON machine_address(address);"
    "ALTER TABLE machine ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN group_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN machine_group TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE run ADD COLUMN queue INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN rest_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN queue_ms INTEGER NOT NULL DEFAULT 43200000;"
    "ALTER TABLE run ADD COLUMN queue_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN place TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE run ADD COLUMN worker_id INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN retry_of INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE run ADD COLUMN attempt INTEGER NOT NULL DEFAULT 1;"
    "UPDATE run SET queue = coalesce(machine_id, 0), lane = coalesce(connection_id, 0), queue_until = 9000000000000000 WHERE state = 'Queued';"
    "CREATE INDEX run_queue ON run(queue, lane, priority DESC, moved DESC, id) WHERE state = 'Queued' AND queue <> 0;"
    "CREATE INDEX run_later ON run(not_before, rest_until) WHERE state = 'Queued' AND queue = 0;"
    "CREATE INDEX run_queue_until ON run(queue_until) WHERE state = 'Queued' AND queue <> 0 AND owner = '';"
    "CREATE INDEX run_running ON run(worker_id, id) WHERE state = 'Running';"
    "CREATE INDEX run_held ON run(lease_until) WHERE state IN ('Queued', 'Running') AND owner <> '';"
    "ALTER TABLE flow ADD COLUMN retry_count INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE flow ADD COLUMN retry_delay_s INTEGER NOT NULL DEFAULT 60;"
    "ALTER TABLE flow ADD COLUMN retry_codes TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX run_retry ON run(retry_of) WHERE retry_of > 0;"
    "ALTER TABLE sign_in ADD COLUMN rest_until INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE session ADD COLUMN gone_by INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX session_by_user ON session(user_key);",

    /* Who and where it really is. A session is that of a number at an address: one name may lead to two machines that count alike. */
    "ALTER TABLE connection ADD COLUMN account TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE connection ADD COLUMN sid TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE machine ADD COLUMN computer TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX machine_by_host ON machine(host, port);"
    "CREATE TABLE placed_session (id INTEGER PRIMARY KEY AUTOINCREMENT, machine_id INTEGER NOT NULL REFERENCES machine(id) ON DELETE CASCADE,"
    "  connection_id INTEGER REFERENCES connection(id) ON DELETE SET NULL, connection TEXT NOT NULL, user_name TEXT NOT NULL,"
    "  user_key TEXT NOT NULL, session_id TEXT NOT NULL, started_at INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,"
    "  depth INTEGER NOT NULL, state TEXT NOT NULL, run_id INTEGER NOT NULL, since INTEGER NOT NULL, gone_by INTEGER NOT NULL DEFAULT 0,"
    "  address TEXT NOT NULL DEFAULT '', UNIQUE (machine_id, address, user_key, session_id));"
    "INSERT INTO placed_session(id, machine_id, connection_id, connection, user_name, user_key, session_id, started_at, width, height, depth, state,"
    "  run_id, since, gone_by) SELECT id, machine_id, connection_id, connection, user_name, user_key, session_id, started_at, width, height, depth,"
    "  state, run_id, since, gone_by FROM session;"
    "DROP TABLE session;"
    "ALTER TABLE placed_session RENAME TO session;"
    "CREATE INDEX session_by_connection ON session(connection_id);"
    "CREATE INDEX session_by_user ON session(user_key);",

    /* Where an entry leads to another machine, what was learned of the one before is forgotten, whoever changed it; a certificate
     * that is given with the host stays. */
    "CREATE TRIGGER machine_elsewhere AFTER UPDATE OF host, port ON machine WHEN new.host <> old.host OR new.port <> old.port BEGIN "
    "DELETE FROM machine_address WHERE machine_id = new.id;"
    "UPDATE machine SET computer = '', pin = CASE WHEN new.pin = old.pin THEN '' ELSE new.pin END WHERE id = new.id; END;"
    "CREATE TABLE claim_mark (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);"
    "INSERT INTO claim_mark(id, n) VALUES (1, 0);" COUNTED_RUN COUNTED_MACHINE COUNTED_WORKER COUNTED_REST,

    /* NS_SCHEMA_REKEY */
    "",

    /* Whether a machine offered Network Level Authentication once, which is forgotten with the rest where the entry leads elsewhere. */
    "ALTER TABLE machine ADD COLUMN nla_before INTEGER NOT NULL DEFAULT 0;"
    "DROP TRIGGER machine_elsewhere;"
    "CREATE TRIGGER machine_elsewhere AFTER UPDATE OF host, port ON machine WHEN new.host <> old.host OR new.port <> old.port BEGIN "
    "DELETE FROM machine_address WHERE machine_id = new.id;"
    "UPDATE machine SET computer = '', nla_before = 0, pin = CASE WHEN new.pin = old.pin THEN '' ELSE new.pin END WHERE id = new.id; END;",

    /* Flows of every kind, what they are given and what they leave. */
    "ALTER TABLE flow ADD COLUMN kind TEXT NOT NULL DEFAULT 'program';"
    "ALTER TABLE flow ADD COLUMN scope TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE flow ADD COLUMN inputs TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE flow ADD COLUMN console TEXT NOT NULL DEFAULT 'pipes';"
    "ALTER TABLE flow ADD COLUMN encoding TEXT NOT NULL DEFAULT 'auto';"
    "ALTER TABLE flow ADD COLUMN make_folder TEXT NOT NULL DEFAULT 'off';"
    "CREATE TABLE run_input (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,"
    "  is_secret INTEGER NOT NULL DEFAULT 0, secret BLOB,"
    "  PRIMARY KEY (run_id, name));"
    "CREATE TABLE run_output_value (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,"
    "  PRIMARY KEY (run_id, name));"
    "CREATE TABLE run_raw_output (run_id INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, bytes BLOB NOT NULL);",

    /* What is brought back from a flow's session: files, and pictures at an interval. */
    "ALTER TABLE flow ADD COLUMN artifacts TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE flow ADD COLUMN picture_every_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE flow ADD COLUMN keep_awake_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE flow ADD COLUMN end_outside TEXT NOT NULL DEFAULT 'off';"
    "CREATE TABLE run_artifact (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"
    "  name TEXT NOT NULL, size INTEGER NOT NULL, changed_at INTEGER NOT NULL, sha256 TEXT NOT NULL, whole INTEGER NOT NULL DEFAULT 0,"
    "  UNIQUE (run_id, name));"
    "CREATE TABLE run_artifact_part (artifact_id INTEGER NOT NULL REFERENCES run_artifact(id) ON DELETE CASCADE, from_byte INTEGER NOT NULL,"
    "  bytes BLOB NOT NULL, PRIMARY KEY (artifact_id, from_byte));"
    "CREATE TABLE run_film (run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, at INTEGER NOT NULL, png BLOB NOT NULL,"
    "  PRIMARY KEY (run_id, at));",
};

int ns_schema_version(void) {
    return (int)NS_COUNT_OF(steps);
}

const char *ns_schema_step(int version) {
    return steps[version];
}
