package io.policyengine.core.log;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;

/** The keys that the engine adds to its log lines. docs/reference/log-fields.md is generated from this class. */
public final class LogFields {
    /** Describes a key of log lines. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.FIELD)
    public @interface Field {
        /** The meaning of the value, as Markdown. */
        String value();

        /** A description of the lines that have the key, by message or subject, as Markdown. */
        String lines();
    }

    @Field(value = "Id of the exchange; client and upstream see the same id.", lines = "all lines about an exchange")
    public static final String REQUEST_ID = "request_id";

    @Field(
            value = "Name of the route policy.",
            lines = "lines about an exchange, about a run of a policy, or about the trust in mode overrides")
    public static final String ROUTE_NAME = "route_name";

    @Field(
            value = "Name of the worker.",
            lines = "lines about a worker or its replicas; `exchange failed` if a worker failed")
    public static final String WORKER_NAME = "worker_name";

    @Field(value = "Name of the policy.", lines = "lines about a policy; `exchange failed` if a policy failed")
    public static final String POLICY = "policy";

    @Field(value = "`request` or `response`.", lines = "lines about a chain or a run of a policy")
    public static final String PHASE = "phase";

    @Field(
            value = "Duration in milliseconds.",
            lines = "`an exchange is over`, `a chain ran`, lines about a run of a policy or the warm-up requests, and"
                    + " `ready … after the start of the process`")
    public static final String DURATION_MS = "duration_ms";

    @Field(
            value = "Cause, in words. In lines about an override: its `reason`.",
            lines = "lines about failures, denials, refusals, omissions and overrides")
    public static final String REASON = "reason";

    @Field(
            value = "Name of a target that policies call. Without a name: scheme, host and port of its URL. Also the"
                    + " address of a server of a store, or of the receiver of traces.",
            lines = "lines about call-outs, about connections to stores, and about the export of traces")
    public static final String TARGET = "target";

    @Field(
            value = "Consequence of the failure: `deny`, `skip_remaining` or `continue`.",
            lines = "`exchange failed` and `a policy failed`")
    public static final String ON_FAILURE_ACTION = "on_failure_action";

    @Field(
            value = "Names of the entries that ended without a failure and not in shadow mode, in the order of the"
                    + " chain. Entries whose condition was false are included.",
            lines = "`a chain ran`, `denied with …`, `exchange failed`")
    public static final String POLICIES_EXECUTED = "policies_executed";

    @Field(
            value = "Names of the entries that did not run because the chain had ended. An entry that failed or that"
                    + " runs in shadow mode is in neither list.",
            lines = "`a chain ran`, `denied with …`, `exchange failed`")
    public static final String POLICIES_SKIPPED = "policies_skipped";

    @Field(
            value = "Name of the entry that failed. If a whole call failed: name of its first entry.",
            lines = "`exchange failed` and `a policy failed`")
    public static final String FAILED_AT = "failed_at";

    @Field(
            value = "Name of the token that authorized a change. Without a token: `loopback` or `socket`.",
            lines = "audit log")
    public static final String CALLER = "caller";

    @Field(
            value = "Number of chains.",
            lines = "`a disconnected kernel has not returned in time: its chains are released`")
    public static final String CHAINS = "chains";

    @Field(value = "The change itself as JSON, without secrets. A long change is truncated.", lines = "audit log")
    public static final String CHANGE = "change";

    @Field(value = "Address of the client, if it is known.", lines = "`an exchange is over`")
    public static final String CLIENT = "client";

    @Field(
            value = "Exact [code](error-codes.md) of a denial or an error.",
            lines = "`an exchange is over`, `exchange failed`, `a policy failed`, `denied with …`")
    public static final String CODE = "code";

    @Field(
            value = "Name of the rule that denied, such as a limit of the entry.",
            lines = "`an exchange is over`, `denied with …`")
    public static final String RULE = "rule";

    @Field(value = "Path of the conf directory.", lines = "`the kernel is serving`")
    public static final String CONF = "conf";

    @Field(
            value = "Name of the entry that decided the answer, or `kernel`. Absent if the upstream's answer passed.",
            lines = "`an exchange is over`")
    public static final String DECIDED_BY = "decided_by";

    @Field(
            value = "The entries of the chains, in the order in which they ran. Each has `entry`, `policy`, `part`"
                    + " (of the chains), `worker` and `verdict`. It also has `duration_ms` if the worker reports it,"
                    + " `code` for a denial or a failure, and `rule` if it denied by a rule.",
            lines = "`an exchange is over`")
    public static final String ENTRIES = "entries";

    @Field(
            value = "Name of the entry in its chain.",
            lines = "lines about a run of a policy, also in shadow mode; lines about a stuck event loop, a full store"
                    + " `local`, and an entry whose policy is unknown")
    public static final String ENTRY = "entry";

    @Field(
            value = "Address of the Envoy.",
            lines = "lines about the trust in mode overrides, and about releases of Envoy")
    public static final String ENVOY = "envoy";

    @Field(value = "Event of a state machine.", lines = "level `trace`: transitions of a conversation or of a replica")
    public static final String EVENT = "event";

    @Field(value = "Name of the event loop.", lines = "lines about a stuck event loop")
    public static final String EVENT_LOOP = "event_loop";

    @Field(
            value = "Number of event loops that serve calls or exchanges.",
            lines = "`the kernel is serving`, `the worker is serving`")
    public static final String EVENT_LOOPS = "event_loops";

    @Field(
            value = "Path of a file.",
            lines = "lines about files of policies and sinks, and about files that a change of the conf directory"
                    + " writes")
    public static final String FILE = "file";

    @Field(value = "Number of a generation.", lines = "lines about configurations; `an exchange is over`")
    public static final String GENERATION = "generation";

    @Field(
            value = "Kind of an override (`policy`, `route`, `worker`). Or the fault for which a request is"
                    + " refused.",
            lines = "lines about overrides; lines about requests that are refused because of path, method or"
                    + " authority")
    public static final String KIND = "kind";

    @Field(
            value = "Time for which Envoy waited for the engine's answers, in milliseconds. This is the latency that"
                    + " the engine added.",
            lines = "`an exchange is over`")
    public static final String HELD_MS = "held_ms";

    @Field(
            value = "Number of lines of this kind that were left out since the previous one. In `lines were"
                    + " dropped`: number of dropped lines of all kinds.",
            lines = "lines that are rate-limited; `lines were dropped`")
    public static final String LEFT_OUT = "left_out";

    @Field(value = "Code of the [lint](../lint.md).", lines = "findings of the lint")
    public static final String LINT = "lint";

    @Field(
            value = "Address or socket on which the process listens.",
            lines = "`the kernel is serving`, `the worker is serving`")
    public static final String LISTENER = "listener";

    @Field(value = "File, line and column.", lines = "lines about problems of the configuration and about overrides")
    public static final String LOCATION = "location";

    @Field(
            value = "HTTP method. In lines about a call that failed: method of the worker protocol.",
            lines = "`an exchange is over`, audit log, `a call failed unexpectedly`")
    public static final String METHOD = "method";

    @Field(
            value = "Port of metrics and health. 0: the process has no such port.",
            lines = "`the kernel is serving`, `the worker is serving`")
    public static final String METRICS_PORT = "metrics_port";

    @Field(value = "Mode of the override: `off` or `shadow`.", lines = "lines about overrides")
    public static final String MODE = "mode";

    @Field(
            value = "Name of the policy, route or worker to which the override applies.",
            lines = "lines about overrides")
    public static final String NAME = "name";

    @Field(
            value = "Hash of the configuration after the change. Hashes are comparable only within one state"
                    + " directory.",
            lines = "audit log")
    public static final String NEW_HASH = "new_hash";

    @Field(
            value = "Hash of the configuration before the change. Hashes are comparable only within one state"
                    + " directory.",
            lines = "audit log")
    public static final String OLD_HASH = "old_hash";

    @Field(value = "Operation of the management API.", lines = "audit log")
    public static final String OPERATION = "operation";

    @Field(
            value = "Origin of a generation: files, the management API, or a rollback.",
            lines = "`generation is active`")
    public static final String ORIGIN = "origin";

    @Field(
            value = "Outcome of the exchange, what a policy in shadow mode would have done, or the result of a"
                    + " change.",
            lines = "`an exchange is over`, `a policy ran in shadow mode`, audit log")
    public static final String OUTCOME = "outcome";

    @Field(
            value = "Path of the request. In the access log: without the query.",
            lines = "`an exchange is over`, audit log")
    public static final String PATH = "path";

    @Field(value = "Address of the caller of the management API.", lines = "audit log")
    public static final String PEER = "peer";

    @Field(value = "Port on which the kernel listens for Envoy.", lines = "`the kernel is serving`")
    public static final String PORT = "port";

    @Field(
            value = "Number of problems, or the problems themselves.",
            lines = "lines about configurations or stored overrides that are rejected")
    public static final String PROBLEMS = "problems";

    @Field(value = "Query of the request to the management API.", lines = "audit log")
    public static final String QUERY = "query";

    @Field(value = "Number of routes that are answered with an error.", lines = "`generation is active`")
    public static final String REFUSED_ROUTES = "refused_routes";

    @Field(value = "Address of the replica.", lines = "`… can be called`, `… can no longer be called`")
    public static final String REPLICA = "replica";

    @Field(value = "Number of routes.", lines = "`generation is active`")
    public static final String ROUTES = "routes";

    @Field(
            value = "`critical` if the line calls for an alert, otherwise `warning`.",
            lines = "lines about refused workers, refused connections to a worker, stuck event loops, and a full"
                    + " heap")
    public static final String SEVERITY = "severity";

    @Field(value = "Time at which the generation first became active.", lines = "`on_bad_config: last_good in force`")
    public static final String SINCE = "since";

    @Field(
            value = "Name of a sink in `worker_core.sinks`. For an inline definition: the destination of its"
                    + " records.",
            lines = "lines about sinks")
    public static final String SINK = "sink";

    @Field(value = "Path of the socket.", lines = "`the worker listens`, `the worker is a separate process`")
    public static final String SOCKET = "socket";

    @Field(
            value = "State of a state machine, path of the state directory, or name of a policy's state.",
            lines = "level `trace`: transitions; lines about the state directory; `a policy's state could not be"
                    + " closed`")
    public static final String STATE = "state";

    @Field(value = "HTTP status of the answer.", lines = "`an exchange is over`, audit log")
    public static final String STATUS = "status";

    @Field(value = "Name of a store in `worker_core.stores`.", lines = "`too many consecutive operations failed`")
    public static final String STORE = "store";

    @Field(value = "Name of a token of the management API.", lines = "lines about the file of the token")
    public static final String TOKEN = "token";

    @Field(
            value = "Id of the [trace](../tracing.md) to which the exchange belongs.",
            lines = "lines about an exchange whose spans are kept")
    public static final String TRACE_ID = "trace_id";

    @Field(value = "Transport of Netty: `native` or `nio`.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String TRANSPORT = "transport";

    @Field(
            value = "Time at which an override ends. `null`: the override stays until it is removed.",
            lines = "lines about overrides")
    public static final String UNTIL = "until";

    @Field(value = "Commit of the program, or `unknown`.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String COMMIT = "commit";

    @Field(value = "Version of the engine.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String VERSION = "version";

    /** The keys of this class that are at the top level of a line; the others are in its object {@code metadata}. */
    public static final Set<String> TOP_LEVEL = Set.of(
            REQUEST_ID,
            ROUTE_NAME,
            WORKER_NAME,
            POLICY,
            PHASE,
            DURATION_MS,
            CODE,
            RULE,
            REASON,
            ON_FAILURE_ACTION,
            POLICIES_EXECUTED,
            POLICIES_SKIPPED,
            FAILED_AT,
            TRACE_ID);

    private LogFields() {}
}
