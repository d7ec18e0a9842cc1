package io.policyengine.kernel.generation;

import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.OverrideConfig.Target;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.metrics.KernelMeters;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the overrides in force, and calls a listener when one of them may have ended. Confined to the event loop of
 * {@link Generations}.
 */
final class OverrideWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OverrideWatch.class);
    /**
     * Maximum interval between checks whether an override has ended. A timer alone would not notice changes of the
     * system time.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    /** The delay before the next check if an override should have ended but is still in force. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final KernelMeters meters;
    private final InstantSource clock;
    private final Runnable due;
    private final Map<Switch, Shown> shown = new HashMap<>();
    private long timer = NO_TIMER;

    private record Switch(Target target, EntryMode mode) {}

    private record Shown(OverrideConfig override, Runnable endMetric) {}

    /**
     * Creates a watch without overrides.
     *
     * @param due called when an override may have ended
     */
    OverrideWatch(Vertx vertx, KernelMeters meters, InstantSource clock, Runnable due) {
        this.vertx = vertx;
        this.meters = meters;
        this.clock = clock;
        this.due = due;
    }

    void take(Overrides overrides) {
        Map<Switch, OverrideConfig> now = new LinkedHashMap<>();
        overrides
                .active()
                .forEach(override -> now.putIfAbsent(new Switch(override.target(), override.mode()), override));
        Set<Switch> gone = new HashSet<>(shown.keySet());
        gone.removeAll(now.keySet());
        gone.forEach(this::hide);
        now.forEach(this::show);
        expectEnd(overrides);
    }

    void expectEnd(Overrides overrides) {
        vertx.cancelTimer(timer);
        Instant end = overrides.nextEnd();
        timer = end == null ? NO_TIMER : vertx.setTimer(pauseUntil(end).toMillis(), _ -> due.run());
    }

    private Duration pauseUntil(Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        if (!left.isPositive()) {
            return RETRY;
        }
        return left.compareTo(LONGEST_WAIT) < 0 ? left.plusMillis(1) : LONGEST_WAIT;
    }

    private void show(Switch key, OverrideConfig override) {
        Shown before = shown.get(key);
        if (before == null || !saysTheSame(before.override(), override)) {
            LOG.atWarn()
                    .addKeyValue(LogFields.KIND, override.target().kind().key())
                    .addKeyValue(LogFields.NAME, override.target().name())
                    .addKeyValue(LogFields.MODE, text(override.mode()))
                    .addKeyValue(LogFields.REASON, override.reason())
                    .addKeyValue(LogFields.UNTIL, override.until())
                    .addKeyValue(LogFields.LOCATION, override.location())
                    .log("an override is in force: chains do not run as they are written");
        }
        shown.put(key, new Shown(override, before == null ? metric(key) : before.endMetric()));
    }

    private static boolean saysTheSame(OverrideConfig one, OverrideConfig other) {
        return one.reason().equals(other.reason()) && Objects.equals(one.until(), other.until());
    }

    private Runnable metric(Switch key) {
        return meters.override(key.target().kind().key(), key.target().name(), text(key.mode()));
    }

    private void hide(Switch key) {
        Shown gone = Objects.requireNonNull(shown.remove(key));
        gone.endMetric().run();
        LOG.atInfo()
                .addKeyValue(LogFields.KIND, key.target().kind().key())
                .addKeyValue(LogFields.NAME, key.target().name())
                .addKeyValue(LogFields.MODE, text(key.mode()))
                .addKeyValue(LogFields.UNTIL, gone.override().until())
                .log("an override is no longer in force");
    }

    private static String text(EntryMode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
