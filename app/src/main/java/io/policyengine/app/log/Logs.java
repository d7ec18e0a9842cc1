package io.policyengine.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.accesslog.AccessLog;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.time.Ticker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import net.logstash.logback.composite.JsonProviders;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.StackTraceJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import net.logstash.logback.stacktrace.ShortenedThrowableConverter;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Configures logging: one JSON object per line on stdout, without blocking the caller. Nothing is logged before {@link
 * #toStdout}.
 */
public final class Logs {
    private static final String STDOUT = "stdout";
    private static final String ISO_8601_UTC = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

    /** The number of characters after which a logged stack trace is truncated. */
    private static final int LONGEST_STACK = 16 * 1024;

    /** Capacity of the queue of unwritten log lines, in bytes. */
    private static final long ROOM = Math.clamp(Runtime.getRuntime().maxMemory() / 64, 512L * 1024, 4L * 1024 * 1024);

    /** The time limit for writing the last lines when the process ends, since the stream may have no reader. */
    private static final Duration LAST_LINES_WITHIN = Duration.ofSeconds(1);

    private static volatile @Nullable BoundedLog stdout;

    private Logs() {}

    /**
     * Starts logging to stdout. A repeated call only changes the level.
     *
     * @param level the level of the engine's own lines; libraries log only warnings and errors
     */
    public static void toStdout(LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (root.getAppender(STDOUT) == null) {
            root.addAppender(stdout(context));
            root.setLevel(Level.WARN);
            // Audit and access lines do not depend on the configured level.
            context.getLogger(AuditLog.LOGGER).setLevel(Level.INFO);
            context.getLogger(AccessLog.LOGGER).setLevel(Level.INFO);
            // The client logs each failed connection as an error; the store reports the failure already, and
            // less often.
            context.getLogger("io.vertx.redis").setLevel(Level.OFF);
            // The sink reports the failures of the Kafka client.
            context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
        }
        setLevel(level);
    }

    private static BoundedLog stdout(LoggerContext context) {
        BoundedLog log = new BoundedLog(
                encoder(context), new FileOutputStream(FileDescriptor.out), ROOM, InstantSource.system());
        log.setContext(context);
        log.setName(STDOUT);
        log.addFilter(new RepeatFilter(Ticker.SYSTEM));
        log.start();
        stdout = log;
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(Logs::awaitWrittenBlocking));
        return log;
    }

    /** Waits until the lines logged so far are written, but at most one second. */
    public static void awaitWrittenBlocking() {
        BoundedLog log = stdout;
        if (log != null) {
            log.awaitWrittenBlocking(LAST_LINES_WITHIN);
        }
    }

    public static void countDropped(MeterRegistry registry) {
        BoundedLog log = stdout;
        if (log != null) {
            for (LogLevel level : LogLevel.values()) {
                EngineMetric.LOG_DROPPED.counter(
                        registry, log, each -> each.dropped(level), level.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    /** Returns an encoder that writes each event as one line with a JSON object. */
    public static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
        encoder.setContext(context);
        encoder.setProviders(providers());
        encoder.start();
        return encoder;
    }

    /** Returns the log levels of this process's components, each of which can be changed temporarily. */
    public static ComponentLevels components() {
        return new LoggerLevels((LoggerContext) LoggerFactory.getILoggerFactory());
    }

    /** Sets the level of the engine's own lines. Components with a temporary level keep that level. */
    public static void setLevel(LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger("io.policyengine").setLevel(LoggerLevels.levelOf(level));
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
        providers.addProvider(stack());
        return providers;
    }

    private static StackTraceJsonProvider stack() {
        ShortenedThrowableConverter converter = new ShortenedThrowableConverter();
        converter.setMaxLength(LONGEST_STACK);
        StackTraceJsonProvider stack = new StackTraceJsonProvider();
        stack.setThrowableConverter(converter);
        return stack;
    }
}
