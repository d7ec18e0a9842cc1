package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** The kernel's lines about exchanges: success at debug, failures rate-limited with a count of what was left out. */
final class ExchangeLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.exchange");
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Map<ErrorCode, LogThrottle> failures = new EnumMap<>(ErrorCode.class);
    private final LogThrottle bugs;
    private final LogThrottle unknownRoutes;
    private final LogThrottle violations;
    private final LogThrottle ignoredOverrides;

    ExchangeLog(Ticker ticker) {
        for (ErrorCode code : ErrorCode.values()) {
            failures.put(code, new LogThrottle(ticker, INTERVAL));
        }
        this.bugs = new LogThrottle(ticker, INTERVAL);
        this.unknownRoutes = new LogThrottle(ticker, INTERVAL);
        this.violations = new LogThrottle(ticker, INTERVAL);
        this.ignoredOverrides = new LogThrottle(ticker, Duration.ofMinutes(1));
    }

    /** Something failed, whether or not the exchange goes on. */
    void failure(ErrorCode code, Exchange exchange, @Nullable String worker, @Nullable String policy, String reason) {
        Level level = levelOf(code.category());
        write(Objects.requireNonNull(failures.get(code)), level, exchange, line -> {
            LoggingEventBuilder coded = line.addKeyValue("code", code.name());
            LoggingEventBuilder placed = worker == null ? coded : coded.addKeyValue("worker_name", worker);
            LoggingEventBuilder named = policy == null ? placed : placed.addKeyValue("policy", policy);
            named.log("exchange failed: {}", reason);
        });
    }

    private static Level levelOf(ErrorCode.Category category) {
        return switch (category) {
            case AVAILABILITY, MESSAGE -> Level.WARN;
            case POLICY, CONFIGURATION, ENGINE -> Level.ERROR;
        };
    }

    void failure(ErrorCode code, Exchange exchange, String reason) {
        failure(code, exchange, null, null, reason);
    }

    void bug(Exchange exchange, Throwable bug) {
        write(bugs, Level.ERROR, exchange, line -> line.setCause(bug).log("the engine itself failed on an exchange"));
    }

    void unknownRoute(Exchange exchange) {
        write(unknownRoutes, Level.WARN, exchange, line -> line.log("no route policy is for this route"));
    }

    void violation(Exchange exchange, String problem) {
        write(violations, Level.WARN, exchange, line -> line.log("the peer breaks the ext_proc protocol: {}", problem));
    }

    void ignoredOverride(Exchange exchange) {
        write(
                ignoredOverrides,
                Level.WARN,
                exchange,
                line -> line.log("Envoy did not send what it was asked for, or what is declared of it: set"
                        + " allow_mode_override in its ext_proc filter, without allowed_override_modes, or correct"
                        + " envoy.allow_mode_override and envoy.trailers here"));
    }

    void denied(Exchange exchange, String policy, int status, String reason) {
        if (LOG.isDebugEnabled()) {
            LOG.atDebug()
                    .addKeyValue("request_id", exchange.requestId())
                    .addKeyValue("route_name", exchange.routeName())
                    .addKeyValue("policy", policy)
                    .addKeyValue("reason", reason)
                    .log("denied with {}", status);
        }
    }

    private static void write(LogThrottle throttle, Level level, Exchange exchange, Consumer<LoggingEventBuilder> end) {
        OptionalLong leftOut = throttle.admit();
        if (leftOut.isPresent()) {
            LoggingEventBuilder line = LOG.atLevel(level)
                    .addKeyValue("request_id", exchange.requestId())
                    .addKeyValue("route_name", exchange.routeName());
            end.accept(leftOut.getAsLong() == 0 ? line : line.addKeyValue("left_out", leftOut.getAsLong()));
        }
    }
}
