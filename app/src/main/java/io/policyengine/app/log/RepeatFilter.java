package io.policyengine.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.event.KeyValuePair;

/**
 * Limits repeated log lines. Lines with the same logger, level and message template are of one kind. In ten seconds, at
 * most {@value #LINES} lines of each kind pass; the next line of the kind reports the number suppressed. Most lines
 * about exchanges have a stricter limit where they are logged. Lines at debug and below, the access log and the audit
 * log are exempt. Beyond {@value #KINDS} kinds, all further kinds share one limit. Thread-safe.
 */
final class RepeatFilter extends Filter<ILoggingEvent> {
    /** Maximum lines of one kind that are logged in an interval. */
    static final int LINES = 100;

    /** Maximum number of kinds of log lines that have separate limits. */
    static final int KINDS = 1_000;

    private static final Set<String> UNLIMITED = Set.of(AuditLog.LOGGER, AccessLog.LOGGER);

    /** The interval for which the lines of a kind are counted. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Ticker ticker;
    private final Map<Kind, LogThrottle> throttles = new ConcurrentHashMap<>();
    private final LogThrottle others;
    private final LogThrottle sweeps;

    /** The lines that are limited together. The message is stored as a hash because it may be long. */
    private record Kind(String logger, Level level, int hashOfMessage) {}

    RepeatFilter(Ticker ticker) {
        this.ticker = ticker;
        this.others = throttle();
        this.sweeps = new LogThrottle(ticker, INTERVAL);
    }

    private LogThrottle throttle() {
        return new LogThrottle(ticker, LINES, INTERVAL);
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        if (!event.getLevel().isGreaterOrEqual(Level.INFO) || UNLIMITED.contains(event.getLoggerName())) {
            return FilterReply.NEUTRAL;
        }
        OptionalLong leftOut = throttleOf(event).admit();
        if (leftOut.isEmpty()) {
            return FilterReply.DENY;
        }
        if (leftOut.getAsLong() > 0 && event instanceof LoggingEvent line) {
            line.setKeyValuePairs(with(leftOut.getAsLong(), line.getKeyValuePairs()));
        }
        return FilterReply.NEUTRAL;
    }

    private LogThrottle throttleOf(ILoggingEvent event) {
        Kind kind = new Kind(
                event.getLoggerName(),
                event.getLevel(),
                String.valueOf(event.getMessage()).hashCode());
        LogThrottle known = throttles.get(kind);
        if (known != null) {
            return known;
        }
        if (throttles.size() >= KINDS && sweeps.admit().isPresent()) {
            throttles.values().removeIf(LogThrottle::isIdle);
        }
        return throttles.size() >= KINDS ? others : throttles.computeIfAbsent(kind, _ -> throttle());
    }

    /** Adds the number of lines that this filter suppressed to any number that the line already reports. */
    private static List<KeyValuePair> with(long leftOut, List<KeyValuePair> pairs) {
        List<KeyValuePair> all = new ArrayList<>();
        long sum = leftOut;
        for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            if (pair.key.equals(LogFields.LEFT_OUT) && pair.value instanceof Number before) {
                sum += before.longValue();
            } else {
                all.add(pair);
            }
        }
        all.add(new KeyValuePair(LogFields.LEFT_OUT, sum));
        return all;
    }
}
