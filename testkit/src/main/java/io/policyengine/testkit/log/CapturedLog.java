package io.policyengine.testkit.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Captures the log lines of a class, or of all classes below a package, while a test runs. Needs Logback. */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level usual;
    private final Events appender = new Events();

    /** Stores log events, so that any thread can read them while more arrive. */
    private static final class Events extends AppenderBase<ILoggingEvent> {
        final List<ILoggingEvent> all = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            all.add(event);
        }
    }

    private CapturedLog(Logger logger, Level level) {
        this.logger = logger;
        this.usual = logger.getLevel();
        logger.setLevel(level);
        appender.start();
        logger.addAppender(appender);
    }

    /** Captures the lines of all classes below this package, at every level. */
    public static CapturedLog of(String packageName) {
        return new CapturedLog((Logger) LoggerFactory.getLogger(packageName), Level.TRACE);
    }

    /** Captures the lines of this class at INFO and above. */
    public static CapturedLog of(Class<?> source) {
        return new CapturedLog((Logger) LoggerFactory.getLogger(source), Level.INFO);
    }

    /** Returns the captured messages, each preceded by its level. */
    public List<String> messages() {
        return appender.all.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /** Returns the key-value pairs of each captured line, with values as text. */
    public List<Map<String, String>> lines() {
        return appender.all.stream()
                .map(event -> Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of()).stream()
                        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value))))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(usual);
    }
}
