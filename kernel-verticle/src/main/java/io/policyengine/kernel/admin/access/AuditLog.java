package io.policyengine.kernel.admin.access;

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
 * A line for each change by the management API that was made or refused, whatever the log level is. Of attempts without a valid token, at
 * most {@value #MAX_UNKNOWN} in ten seconds have a line, and the next line tells how many were left out: otherwise anybody could fill the
 * log. Never holds a token, nor the definition of a route. For all threads.
 */
public final class AuditLog {
    /** Its lines have a component of their own. */
    public static final String LOGGER = "io.policyengine.audit";

    static final int MAX_UNKNOWN = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int LONGEST_TEXT = 300;

    private final LogThrottle unknown;

    /** A log whose intervals go by this clock. */
    public AuditLog(Ticker ticker) {
        this.unknown = new LogThrottle(ticker, MAX_UNKNOWN, INTERVAL);
    }

    /**
     * The change that was asked for.
     *
     * @param operation as the OpenAPI document names it
     * @param query the parameters of the request's query that the API knows, and how many others there are; null if there are none
     * @param detail what an override says; null for anything else
     */
    public record Change(
            Caller caller,
            String operation,
            String method,
            String path,
            @Nullable String query,
            @Nullable String detail) {}

    /**
     * The result of a change.
     *
     * @param outcome {@code success}, {@code unchanged} or the code of the refusal
     * @param before hash of the configuration that was running
     * @param after hash of the one that is; null if nothing was tried
     */
    public record Result(
            int status,
            String outcome,
            @Nullable String before,
            @Nullable String after) {}

    /** Writes a line. */
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
