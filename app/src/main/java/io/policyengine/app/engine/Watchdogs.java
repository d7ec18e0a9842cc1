package io.policyengine.app.engine;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.time.Ticker;
import io.policyengine.worker.RunningPolicy;
import io.policyengine.worker.watchdog.LoopWatchdog;
import io.policyengine.worker.watchdog.LoopWatchdog.Culprits;
import io.policyengine.worker.watchdog.StuckLoop;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Starts watchdogs that detect stuck event loops, logs what they find, and measures the loops' lag. */
final class Watchdogs {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.worker.watchdog");

    private Watchdogs() {}

    /**
     * Starts a watchdog for the event loops of Vert.x instances. Returns null if the timeout is zero.
     *
     * @param lags receives the time that each loop took to answer, in nanoseconds, on that loop
     */
    static @Nullable LoopWatchdog start(
            List<Vertx> instances,
            Culprits culprits,
            Duration timeout,
            Consumer<StuckLoop> onStuck,
            LongConsumer lags) {
        return timeout.isZero()
                ? null
                : new LoopWatchdog(instances, culprits, timeout, Ticker.SYSTEM, onStuck, lags).start();
    }

    static LongConsumer lags(MeterRegistry metrics) {
        Timer lags = EngineMetric.LOOP_LAG.timer(metrics);
        return nanos -> lags.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Logs a stuck loop with its stack and the policy that blocks it. */
    static void log(StuckLoop loop, String message) {
        LoggingEventBuilder line = LOG.atError()
                .addKeyValue(LogFields.SEVERITY, "critical")
                .addKeyValue(LogFields.EVENT_LOOP, loop.loop());
        RunningPolicy policy = loop.policy();
        if (policy != null) {
            line = line.addKeyValue(LogFields.POLICY, policy.policy());
            RunningPolicy.Position at = policy.at();
            if (at != null) {
                line = line.addKeyValue(LogFields.ENTRY, at.entry())
                        .addKeyValue(LogFields.PHASE, at.phase())
                        .addKeyValue(LogFields.ROUTE_NAME, at.route());
            }
        }
        line.addKeyValue(LogFields.REASON, loop.describe())
                .setCause(loop.stack())
                .log(message);
    }
}
