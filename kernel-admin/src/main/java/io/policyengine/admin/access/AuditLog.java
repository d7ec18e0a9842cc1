package io.policyengine.admin.access;

import io.policyengine.core.log.LogFields;
import io.policyengine.core.log.LogThrottle;
import io.policyengine.core.time.Ticker;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each change that is requested through the management API, whether made or refused, regardless of the log level.
 * At most {@value #MAX_UNKNOWN} attempts without a valid token are logged in ten seconds, so that clients cannot fill
 * the log. The next logged attempt reports how many were omitted. Lines never contain a token or the definition of a
 * route. Thread-safe.
 */
public final class AuditLog {
    /** The name of the audit log's logger. Log lines show the audit log as a separate component. */
    public static final String LOGGER = "io.policyengine.audit";

    /**
     * Maximum number of log lines in ten seconds about attempts without a valid token; further attempts are only
     * counted.
     */
    static final int MAX_UNKNOWN = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** The interval to which the maximum number of log lines about attempts without a valid token applies. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Maximum characters of a path, a query or an override in the audit log. Longer texts are truncated. */
    private static final int LONGEST_TEXT = 300;

    private final LogThrottle unknown;

    /**
     * Creates the audit log of the management API.
     *
     * @param ticker the clock by which the number of lines is limited
     */
    public AuditLog(Ticker ticker) {
        this.unknown = new LogThrottle(ticker, MAX_UNKNOWN, INTERVAL);
    }

    /**
     * The change that a caller requests.
     *
     * @param operation the operation's name in the OpenAPI document
     * @param query known query parameters, and the number of unknown ones; null if there are none
     * @param detail the content of an override; null for other changes
     */
    public record Change(
            Caller caller,
            String operation,
            String method,
            String path,
            @Nullable String query,
            @Nullable String detail) {}

    /**
     * The result of a change that a caller requested.
     *
     * @param outcome {@code success}, {@code unchanged} or the code of the refusal
     * @param before hash of the previous configuration; null if nothing was attempted
     * @param after hash of the resulting configuration; null if nothing was attempted
     */
    public record Result(
            int status,
            String outcome,
            @Nullable String before,
            @Nullable String after) {}

    public void write(Change change, Result result) {
        OptionalLong unwritten = change.caller().isAnonymous() ? unknown.admit() : OptionalLong.of(0);
        if (unwritten.isEmpty()) {
            return;
        }
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue(LogFields.CALLER, change.caller().name())
                .addKeyValue(LogFields.PEER, change.caller().peer())
                .addKeyValue(LogFields.OPERATION, change.operation())
                .addKeyValue(LogFields.METHOD, change.method())
                .addKeyValue(LogFields.PATH, cut(change.path()))
                .addKeyValue(LogFields.STATUS, result.status())
                .addKeyValue(LogFields.OUTCOME, result.outcome());
        if (change.query() != null) {
            line = line.addKeyValue(LogFields.QUERY, cut(change.query()));
        }
        if (change.detail() != null) {
            line = line.addKeyValue(LogFields.CHANGE, cut(change.detail()));
        }
        if (result.before() != null) {
            line = line.addKeyValue(LogFields.OLD_HASH, result.before());
        }
        if (result.after() != null) {
            line = line.addKeyValue(LogFields.NEW_HASH, result.after());
        }
        if (unwritten.getAsLong() > 0) {
            line = line.addKeyValue(LogFields.LEFT_OUT, unwritten.getAsLong());
        }
        line.log(
                result.status() < 300
                        ? "a change by the management API"
                        : "a change by the management API was refused");
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
