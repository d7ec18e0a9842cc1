package io.policyengine.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.kernel.admin.access.AuditLog;
import net.logstash.logback.composite.JsonProviders;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.StackTraceJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import org.slf4j.LoggerFactory;

/** Switches logging on: one JSON object a line on stdout. Until then nothing is logged. */
public final class Logs {
    private static final String STDOUT = "stdout";
    private static final String ISO_8601_UTC = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

    private Logs() {}

    /**
     * Logs from now on; asked again, only the level changes.
     *
     * @param level of the engine's own lines; libraries say no more than warnings
     */
    public static void toStdout(LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(STDOUT) == null) {
            root.addAppender(stdout(context));
            root.setLevel(Level.WARN);
            // What was changed by whom is told whatever the level is.
            context.getLogger(AuditLog.LOGGER).setLevel(Level.INFO);
        }
        setLevel(level);
    }

    private static ConsoleAppender<ILoggingEvent> stdout(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> stdout = new ConsoleAppender<>();
        stdout.setContext(context);
        stdout.setName(STDOUT);
        stdout.setEncoder(encoder(context));
        stdout.start();
        return stdout;
    }

    /** Writes events as lines: one JSON object each. */
    public static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
        encoder.setContext(context);
        encoder.setProviders(providers());
        encoder.start();
        return encoder;
    }

    /** Changes the level of the engine's own lines. */
    public static void setLevel(LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("io.policyengine").setLevel(levelOf(level));
    }

    private static JsonProviders<ILoggingEvent> providers() {
        JsonProviders<ILoggingEvent> providers = new JsonProviders<>();
        LoggingEventFormattedTimestampJsonProvider timestamp = new LoggingEventFormattedTimestampJsonProvider();
        timestamp.setFieldName("timestamp");
        timestamp.setTimeZone("UTC");
        timestamp.setPattern(ISO_8601_UTC);
        LogLevelJsonProvider level = new LogLevelJsonProvider();
        level.setFieldName("level");
        providers.addProvider(timestamp);
        providers.addProvider(level);
        providers.addProvider(new ComponentField());
        providers.addProvider(new MessageJsonProvider());
        providers.addProvider(new KeyValueFields());
        providers.addProvider(new StackTraceJsonProvider());
        return providers;
    }

    private static Level levelOf(LogLevel level) {
        return switch (level) {
            case TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
