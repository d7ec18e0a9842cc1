package io.policyengine.core.log;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;

/** The keys of log lines; no other keys occur. docs/reference/log-fields.md is generated from this class. */
public final class LogFields {
    /** Describes a key. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.FIELD)
    public @interface Field {
        /** The meaning of the value in one sentence, as Markdown. */
        String value();

        /** The lines that have the key, described by message or subject, as Markdown. */
        String lines();
    }

    @Field(value = "Id of the exchange, shared by client, upstream and log.", lines = "all lines about an exchange")
    public static final String REQUEST_ID = "request_id";

    @Field(
            value = "Name of the route policy.",
            lines = "lines about an exchange, a run of a policy, or the trust in mode overrides")
    public static final String ROUTE_NAME = "route_name";

    @Field(
            value = "Name of the worker.",
            lines = "lines about a worker or its replicas, and `exchange failed` if a worker failed")
    public static final String WORKER_NAME = "worker_name";

    @Field(value = "Name of the policy.", lines = "lines about a policy, and `exchange failed` if a policy failed")
    public static final String POLICY = "policy";

    @Field(value = "`request` or `response`.", lines = "lines about a chain or a run of a policy")
    public static final String PHASE = "phase";

    @Field(
            value = "Time taken, in milliseconds.",
            lines = "`a chain ran`, the runs of a policy, the exercise, and `ready … after the start of the process`")
    public static final String DURATION_MS = "duration_ms";

    @Field(value = "Cause, in words.", lines = "lines about failures, refusals and omissions; why an override is there")
    public static final String REASON = "reason";

    @Field(
            value = "Name of a target that policies call, else scheme, host and port of its URL.",
            lines = "lines about call-outs")
    public static final String TARGET = "target";

    @Field(
            value = "The consequence: `deny`, `skip_remaining` or `continue`.",
            lines = "`exchange failed` and `a policy failed`")
    public static final String ON_FAILURE_ACTION = "on_failure_action";

    @Field(
            value =
                    "Names of the entries whose outcome counts, in the order of the chain; also those whose condition was false.",
            lines = "`a chain ran`, `denied with`, `exchange failed`")
    public static final String POLICIES_EXECUTED = "policies_executed";

    @Field(
            value = "Names of the entries that did not run, because the chain had ended. An entry that failed, or runs"
                    + " in shadow mode, is in neither list.",
            lines = "`a chain ran`, `denied with`, `exchange failed`")
    public static final String POLICIES_SKIPPED = "policies_skipped";

    @Field(
            value = "Name of the entry that failed, or of the first entry if a call failed as a whole.",
            lines = "`exchange failed` and `a policy failed`")
    public static final String FAILED_AT = "failed_at";

    @Field(
            value = "Name of the token that authorized a change; without a token, `loopback` or `socket`.",
            lines = "audit")
    public static final String CALLER = "caller";

    @Field(
            value = "Number of chains.",
            lines = "`a disconnected kernel has not returned in time: its chains are released`")
    public static final String CHAINS = "chains";

    @Field(value = "The change itself, as JSON, without secrets; truncated if it is long.", lines = "audit")
    public static final String CHANGE = "change";

    @Field(value = "Address of the client, if it is known.", lines = "`an exchange is over`")
    public static final String CLIENT = "client";

    @Field(
            value = "Exact [code](error-codes.md) of a denial or an error.",
            lines = "`an exchange is over`, `exchange failed`, `a policy failed` and `denied with …`")
    public static final String CODE = "code";

    @Field(value = "The conf directory.", lines = "`the kernel is serving`")
    public static final String CONF = "conf";

    @Field(
            value = "Name of the entry that decided the answer, or `kernel`; absent if the upstream's answer passed.",
            lines = "`an exchange is over`")
    public static final String DECIDED_BY = "decided_by";

    @Field(
            value =
                    "The entries of the chains, in the order of their turns: `entry`, `policy`, `part` of the chains, `worker`, "
                            + "`verdict`, `duration_ms` where the worker reports it, and the `code` of a denial or a failure.",
            lines = "`an exchange is over`")
    public static final String ENTRIES = "entries";

    @Field(value = "Name of the entry in its chain.", lines = "runs of a policy, also in shadow mode")
    public static final String ENTRY = "entry";

    @Field(value = "Address of the Envoy.", lines = "lines about the trust in mode overrides")
    public static final String ENVOY = "envoy";

    @Field(value = "Event of a state machine.", lines = "level `trace`: steps of a conversation and of a replica")
    public static final String EVENT = "event";

    @Field(value = "Name of the event loop.", lines = "lines about a stuck event loop")
    public static final String EVENT_LOOP = "event_loop";

    @Field(value = "Number of event loops that serve.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String EVENT_LOOPS = "event_loops";

    @Field(
            value = "Path of a file.",
            lines = "lines about a file that policies use, or that a change of the conf directory writes")
    public static final String FILE = "file";

    @Field(value = "Number of a generation.", lines = "lines about configurations")
    public static final String GENERATION = "generation";

    @Field(
            value =
                    "Kind of the override (`policy`, `route`, `worker`), or of the fault for which a request is refused.",
            lines = "lines about overrides; requests that are refused for path, method or authority")
    public static final String KIND = "kind";

    @Field(
            value = "Time for which Envoy waited for the engine's answers, in milliseconds: what the engine has added.",
            lines = "`an exchange is over`")
    public static final String HELD_MS = "held_ms";

    @Field(
            value = "Number of lines of this kind that were left out since the last one.",
            lines = "lines that are rate-limited; of any kind in `lines were dropped`")
    public static final String LEFT_OUT = "left_out";

    @Field(value = "Code of the [lint](../lint.md).", lines = "findings of the lint")
    public static final String LINT = "lint";

    @Field(value = "Address or socket.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String LISTENER = "listener";

    @Field(value = "File, line and column.", lines = "problems of the configuration, overrides")
    public static final String LOCATION = "location";

    @Field(value = "HTTP method, or method of the worker protocol.", lines = "audit; calls that could not be run")
    public static final String METHOD = "method";

    @Field(
            value = "Port of metrics and health; 0 if the process has no such port.",
            lines = "`the kernel is serving`, `the worker is serving`")
    public static final String METRICS_PORT = "metrics_port";

    @Field(value = "`off` or `shadow`.", lines = "lines about overrides")
    public static final String MODE = "mode";

    @Field(value = "Name of what is overridden.", lines = "lines about overrides")
    public static final String NAME = "name";

    @Field(
            value = "Hash of the configuration after the change; comparable within one state directory.",
            lines = "audit")
    public static final String NEW_HASH = "new_hash";

    @Field(
            value = "Hash of the configuration before the change; comparable within one state directory.",
            lines = "audit")
    public static final String OLD_HASH = "old_hash";

    @Field(value = "Operation of the management API.", lines = "audit")
    public static final String OPERATION = "operation";

    @Field(
            value = "Where a generation comes from: files, the management API, a rollback.",
            lines = "`generation is active`")
    public static final String ORIGIN = "origin";

    @Field(
            value = "What a policy in shadow mode would have done, or the result of a change.",
            lines = "`a policy ran in shadow mode`; audit")
    public static final String OUTCOME = "outcome";

    @Field(value = "Path of the request to the management API.", lines = "audit")
    public static final String PATH = "path";

    @Field(value = "Address of the caller.", lines = "audit")
    public static final String PEER = "peer";

    @Field(value = "Port for Envoy.", lines = "`the kernel is serving`")
    public static final String PORT = "port";

    @Field(value = "Number of problems, or the problems.", lines = "configurations that are rejected")
    public static final String PROBLEMS = "problems";

    @Field(value = "Query of the request to the management API.", lines = "audit")
    public static final String QUERY = "query";

    @Field(value = "Number of routes that are answered with an error.", lines = "`generation is active`")
    public static final String REFUSED_ROUTES = "refused_routes";

    @Field(value = "Address of the replica.", lines = "lines that say whether a replica can be called")
    public static final String REPLICA = "replica";

    @Field(value = "Number of routes.", lines = "`generation is active`")
    public static final String ROUTES = "routes";

    @Field(
            value = "`critical` if it calls for an alert, else `warning`.",
            lines = "workers that are refused, stuck event loops, a heap that is full")
    public static final String SEVERITY = "severity";

    @Field(value = "Time at which the generation first became active.", lines = "`on_bad_config: last_good in force`")
    public static final String SINCE = "since";

    @Field(value = "Name of a sink in `worker_core.sinks`, or where its records go.", lines = "lines about sinks")
    public static final String SINK = "sink";

    @Field(value = "Path of the socket.", lines = "`the worker listens`, and workers that are separate processes")
    public static final String SOCKET = "socket";

    @Field(
            value = "State of a state machine; the state directory; name of a policy's state.",
            lines = "level `trace`: steps; lines about the state directory; `state could not be closed`")
    public static final String STATE = "state";

    @Field(value = "HTTP status of the answer.", lines = "audit")
    public static final String STATUS = "status";

    @Field(value = "Name of a store in `worker_core.stores`.", lines = "`too many consecutive operations failed`")
    public static final String STORE = "store";

    @Field(value = "Name of a token of the management API.", lines = "lines about its file")
    public static final String TOKEN = "token";

    @Field(
            value = "Id of the [trace](../tracing.md) that the exchange belongs to.",
            lines = "lines about an exchange of which spans are kept")
    public static final String TRACE_ID = "trace_id";

    @Field(value = "`native` or `nio`.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String TRANSPORT = "transport";

    @Field(value = "Time at which an override ends; `null` if it has to be removed.", lines = "lines about overrides")
    public static final String UNTIL = "until";

    @Field(value = "Version of the engine.", lines = "`the kernel is serving`, `the worker is serving`")
    public static final String VERSION = "version";

    /** The keys at the top level of a line; all other keys are in its object {@code metadata}. */
    public static final Set<String> TOP_LEVEL = Set.of(
            REQUEST_ID,
            ROUTE_NAME,
            WORKER_NAME,
            POLICY,
            PHASE,
            DURATION_MS,
            CODE,
            REASON,
            ON_FAILURE_ACTION,
            POLICIES_EXECUTED,
            POLICIES_SKIPPED,
            FAILED_AT,
            TRACE_ID);

    private LogFields() {}
}
