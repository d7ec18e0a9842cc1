package io.policyengine.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.log.ComponentLevels;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The log levels of this process, for the components {@code kernel}, {@code worker} and {@code process} and for their
 * packages with a logger, such as {@code kernel.exchange}. Libraries' loggers are excluded because their lines about
 * connections may contain secrets, and the audit log because it must not be silenced.
 */
final class LoggerLevels implements ComponentLevels {
    private static final List<LogComponent> ALL =
            List.of(LogComponent.KERNEL, LogComponent.WORKER, LogComponent.PROCESS);

    private final LoggerContext context;

    LoggerLevels(LoggerContext context) {
        this.context = context;
    }

    @Override
    public List<String> components() {
        SortedSet<String> found = new TreeSet<>();
        ALL.forEach(component -> found.add(component.text()));
        for (Logger logger : context.getLoggerList()) {
            for (LogComponent component : ALL) {
                for (String parent : component.parents(names())) {
                    String part = LogComponent.partOf(logger.getName(), parent);
                    if (!part.isEmpty()) {
                        found.add(component.text() + "." + part);
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    @Override
    public LogLevel level(String component) {
        return loggers(component)
                .map(logger -> levelOf(logger.getEffectiveLevel()))
                .min(Enum::compareTo)
                .orElseThrow();
    }

    @Override
    public void set(String component, @Nullable LogLevel level) {
        loggers(component).forEach(logger -> logger.setLevel(level == null ? null : levelOf(level)));
    }

    private Stream<Logger> loggers(String written) {
        int dot = written.indexOf('.');
        String whole = dot < 0 ? written : written.substring(0, dot);
        String part = dot < 0 ? "" : written.substring(dot);
        LogComponent component = ALL.stream()
                .filter(one -> one.text().equals(whole))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no component '" + written + "'"));
        List<String> packages = part.isEmpty() ? component.roots() : component.parents(names());
        return packages.stream().map(name -> context.getLogger(name + part));
    }

    private Stream<String> names() {
        return context.getLoggerList().stream().map(Logger::getName);
    }

    static LogLevel levelOf(Level level) {
        return switch (level.toInt()) {
            case Level.OFF_INT, Level.ERROR_INT -> LogLevel.ERROR;
            case Level.WARN_INT -> LogLevel.WARN;
            case Level.INFO_INT -> LogLevel.INFO;
            case Level.DEBUG_INT -> LogLevel.DEBUG;
            default -> LogLevel.TRACE;
        };
    }

    static Level levelOf(LogLevel level) {
        return switch (level) {
            case TRACE -> Level.TRACE;
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
