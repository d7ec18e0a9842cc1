package io.policyengine.it.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import io.netty.util.ResourceLeakDetector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** No logs, whatever a logger's level, and no search for leaks, which would take most of the time. */
final class Quiet implements BeforeAllCallback, AfterAllCallback {
    private final Silence silence = new Silence();
    private ResourceLeakDetector.Level sought = ResourceLeakDetector.Level.SIMPLE;

    @Override
    public void beforeAll(ExtensionContext context) {
        sought = ResourceLeakDetector.getLevel();
        logs().addTurboFilter(silence);
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        logs().getTurboFilterList().remove(silence);
        ResourceLeakDetector.setLevel(sought);
    }

    private static LoggerContext logs() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }

    private static final class Silence extends TurboFilter {
        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                @Nullable Object @Nullable [] parameters,
                @Nullable Throwable thrown) {
            return FilterReply.DENY;
        }
    }
}
