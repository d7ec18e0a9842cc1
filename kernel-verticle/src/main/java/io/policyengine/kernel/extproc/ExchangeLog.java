package io.policyengine.kernel.extproc;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.aggregate.PhaseRun;
import io.policyengine.kernel.plan.PlannedEntry;
import io.policyengine.kernel.trace.TraceContext;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes the kernel's log lines about exchanges: successes at debug level, failures at a limited rate, with the number
 * of omitted lines.
 */
final class ExchangeLog {
    /** The logger of the exchanges with Envoy. */
    static final Logger OF_KERNEL = LoggerFactory.getLogger("io.policyengine.kernel.exchange");

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Logger log;
    private final Map<ErrorCode, LogThrottle> failures = new EnumMap<>(ErrorCode.class);
    private final Map<PathFault, LogThrottle> paths = new EnumMap<>(PathFault.class);
    private final Map<RequestFault, LogThrottle> requests = new EnumMap<>(RequestFault.class);
    private final LogThrottle bugs;
    private final LogThrottle unknownRoutes;
    private final LogThrottle untoldPaths;
    private final LogThrottle violations;
    private final LogThrottle ignoredMessages;
    private final LogThrottle ignoredMetadata;
    private final LogThrottle ignoredOverrides;

    ExchangeLog(Ticker ticker, Logger log) {
        this.log = log;
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(code, new LogThrottle(ticker, INTERVAL));
        }
        for (PathFault fault : PathFault.values()) {
            paths.put(fault, new LogThrottle(ticker, INTERVAL));
        }
        for (RequestFault fault : RequestFault.values()) {
            requests.put(fault, new LogThrottle(ticker, INTERVAL));
        }
        this.bugs = new LogThrottle(ticker, INTERVAL);
        this.unknownRoutes = new LogThrottle(ticker, INTERVAL);
        this.untoldPaths = new LogThrottle(ticker, Duration.ofMinutes(1));
        this.violations = new LogThrottle(ticker, INTERVAL);
        this.ignoredMessages = new LogThrottle(ticker, Duration.ofHours(1));
        this.ignoredMetadata = new LogThrottle(ticker, Duration.ofMinutes(1));
        this.ignoredOverrides = new LogThrottle(ticker, Duration.ofMinutes(1));
    }

    /**
     * Logs that a part of a chain failed, whether or not the exchange continues.
     *
     * @param entry at which the chain failed
     * @param action the reaction to the failure
     * @param progress the progress of the chain; called only if the line is written
     */
    void chainFailed(
            ErrorCode code,
            ExchangeFacts exchange,
            String worker,
            PlannedEntry entry,
            String reason,
            OnFailure action,
            Supplier<@Nullable ChainProgress> progress) {
        write(throttleOf(code), levelOf(code.category()), exchange, line -> {
            LoggingEventBuilder placed = line.addKeyValue(LogFields.CODE, code.name())
                    .addKeyValue(LogFields.WORKER_NAME, worker)
                    .addKeyValue(LogFields.POLICY, entry.policy())
                    .addKeyValue(LogFields.FAILED_AT, entry.name())
                    .addKeyValue(LogFields.ON_FAILURE_ACTION, action.name().toLowerCase(Locale.ROOT));
            with(placed, progress.get()).log("exchange failed: {}", reason);
        });
    }

    /** Logs that parts of a policy's denial are left out. */
    void leftOut(ExchangeFacts exchange, String worker, PlannedEntry entry, List<String> reasons) {
        write(
                throttleOf(ErrorCode.INVALID_INSTRUCTION),
                Level.WARN,
                exchange,
                line -> line.addKeyValue(LogFields.WORKER_NAME, worker)
                        .addKeyValue(LogFields.POLICY, entry.policy())
                        .addKeyValue(LogFields.FAILED_AT, entry.name())
                        .addKeyValue(LogFields.REASON, String.join("; ", reasons))
                        .log("a policy denies the request; a part of its response cannot be sent and is left out"));
    }

    private static LoggingEventBuilder with(LoggingEventBuilder line, @Nullable ChainProgress progress) {
        return progress == null
                ? line
                : line.addKeyValue(LogFields.PHASE, progress.phase().name().toLowerCase(Locale.ROOT))
                        .addKeyValue(LogFields.POLICIES_EXECUTED, progress.executed())
                        .addKeyValue(LogFields.POLICIES_SKIPPED, progress.skipped());
    }

    private LogThrottle throttleOf(ErrorCode code) {
        return Objects.requireNonNull(failures.get(code));
    }

    private static Level levelOf(ErrorCode.Category category) {
        return switch (category) {
            case AVAILABILITY, MESSAGE -> Level.WARN;
            case POLICY, CONFIGURATION, ENGINE -> Level.ERROR;
        };
    }

    /** Logs a failure of the exchange that was not caused by a policy. */
    void failure(ErrorCode code, ExchangeFacts exchange, String reason) {
        write(
                throttleOf(code),
                levelOf(code.category()),
                exchange,
                line -> line.addKeyValue(LogFields.CODE, code.name()).log("exchange failed: {}", reason));
    }

    void bug(ExchangeFacts exchange, Throwable bug) {
        write(bugs, Level.ERROR, exchange, line -> line.setCause(bug).log("exchange failed: the engine itself failed"));
    }

    void unknownRoute(ExchangeFacts exchange) {
        write(
                unknownRoutes,
                Level.WARN,
                exchange,
                line -> line.log("no route policy matches this route; unknown_route applies"));
    }

    /** Logs that the path of a request was not checked because Envoy did not send it. */
    void pathUntold(ExchangeFacts exchange) {
        write(
                untoldPaths,
                Level.WARN,
                exchange,
                line -> line.log("Envoy does not send the path of a request, so path_rules do not apply: let Envoy "
                        + "send request headers with :path, or the attribute request.path; or set path_rules: off"));
    }

    /**
     * Logs that a path was refused. The line omits the path, which may contain a credential; Envoy's access log has it,
     * under the request id.
     */
    void pathRefused(ExchangeFacts exchange, PathFault fault) {
        write(
                Objects.requireNonNull(paths.get(fault)),
                Level.WARN,
                exchange,
                line -> line.addKeyValue(LogFields.KIND, fault.text())
                        .log("the path is refused: an upstream may read it differently"));
    }

    /**
     * Logs that a request was refused. The line omits the client's method and authority; Envoy's access log has them,
     * under the request id.
     */
    void requestRefused(ExchangeFacts exchange, RequestFault fault) {
        write(
                Objects.requireNonNull(requests.get(fault)),
                Level.WARN,
                exchange,
                line -> line.addKeyValue(LogFields.KIND, fault.text())
                        .log("the request is refused: an upstream may read its method or host differently"));
    }

    void violation(ExchangeFacts exchange, String problem) {
        write(
                violations,
                Level.WARN,
                exchange,
                line -> line.log("exchange ended: the peer violated the ext_proc protocol: {}", problem));
    }

    void ignoredMessage(ExchangeFacts exchange, String what) {
        write(ignoredMessages, Level.WARN, exchange, line -> line.log("a message from Envoy is ignored: {}", what));
    }

    void ignoredMetadata(ExchangeFacts exchange, String namespace) {
        write(
                ignoredMetadata,
                Level.WARN,
                exchange,
                line -> line.log(
                        "Envoy's metadata '{}' is ignored: with the other metadata it exceeds"
                                + " limits.max_state_size_bytes, or it is invalid for its type",
                        namespace));
    }

    void ignoredOverride(ExchangeFacts exchange) {
        write(
                ignoredOverrides,
                Level.WARN,
                exchange,
                line -> line.log(
                        "Envoy sent the response although the engine had requested no further messages; the response"
                                + " passes, but costs time. Set allow_mode_override in Envoy's ext_proc filter, without"
                                + " allowed_override_modes, or envoy.allow_mode_override: false in the engine's"
                                + " configuration"));
    }

    /** Logs that a policy answered the client. {@code progress} is called only if the line is written. */
    void denied(
            ExchangeFacts exchange,
            String policy,
            ImmediateResponse denial,
            Supplier<@Nullable ChainProgress> progress) {
        if (log.isDebugEnabled()) {
            LoggingEventBuilder line = debug(exchange)
                    .addKeyValue(LogFields.POLICY, policy)
                    .addKeyValue(LogFields.REASON, denial.reason());
            String code = denial.code();
            line = code == null ? line : line.addKeyValue(LogFields.CODE, code);
            String rule = denial.rule();
            with(rule == null ? line : line.addKeyValue(LogFields.RULE, rule), progress.get())
                    .log("denied with {}", denial.status());
        }
    }

    /** Logs that a chain has completed. The progress is computed only if the line is written. */
    void ran(ExchangeFacts exchange, PhaseRun<?, ?, ?> run, long nanos) {
        if (log.isDebugEnabled()) {
            with(debug(exchange).addKeyValue(LogFields.DURATION_MS, nanos / 1e6), run.progress())
                    .log("a chain ran");
        }
    }

    private LoggingEventBuilder debug(ExchangeFacts exchange) {
        return named(log.atDebug(), exchange);
    }

    private void write(LogThrottle throttle, Level level, ExchangeFacts exchange, Consumer<LoggingEventBuilder> end) {
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        OptionalLong leftOut = throttle.admit();
        if (leftOut.isPresent()) {
            LoggingEventBuilder line = named(log.atLevel(level), exchange);
            end.accept(leftOut.getAsLong() == 0 ? line : line.addKeyValue(LogFields.LEFT_OUT, leftOut.getAsLong()));
        }
    }

    private static LoggingEventBuilder named(LoggingEventBuilder line, ExchangeFacts exchange) {
        LoggingEventBuilder named = line.addKeyValue(LogFields.REQUEST_ID, exchange.requestId())
                .addKeyValue(LogFields.ROUTE_NAME, exchange.routeName());
        TraceContext trace = exchange.trace();
        return trace.exists() ? named.addKeyValue(LogFields.TRACE_ID, trace.traceId()) : named;
    }
}
