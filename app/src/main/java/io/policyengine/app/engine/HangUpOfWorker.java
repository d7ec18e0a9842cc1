package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.config.ObservabilityConfig.LogLevel;
import io.policyengine.core.config.RestartKeys;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles SIGHUP in a worker process: reads the worker's file again and applies the log level, the only setting that
 * can change without a restart. A signal that arrives during the reading is ignored. The reading fails after ten
 * seconds if the directory does not respond.
 */
final class HangUpOfWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.worker.process");

    private final Conf conf;
    private final WorkerCoreConfig running;
    private final Function<String, @Nullable String> environment;
    private final Consumer<LogLevel> levels;
    private final AtomicBoolean looking = new AtomicBoolean();

    HangUpOfWorker(
            Conf conf,
            WorkerCoreConfig running,
            Function<String, @Nullable String> environment,
            Consumer<LogLevel> levels) {
        this.conf = conf;
        this.running = running;
        this.environment = environment;
        this.levels = levels;
    }

    @Override
    public void run() {
        if (!looking.compareAndSet(false, true)) {
            LOG.info("SIGHUP is ignored: the configuration is already being read");
            return;
        }
        try {
            look();
        } catch (CommandFailure unreadable) {
            LOG.error(
                    "the configuration cannot be read again: {}. The running configuration stays in force",
                    unreadable.getMessage());
        } finally {
            looking.set(false);
        }
    }

    private void look() {
        List<Problem> problems = new ArrayList<>();
        Optional<WorkerCoreConfig> found = ConfDirectory.workers(conf.textsBlocking(), environment, problems).stream()
                .filter(worker -> worker.name().equals(running.name()))
                .findFirst();
        if (found.isEmpty()) {
            LOG.error(
                    "the configuration of worker '{}' cannot be used: {}. The running configuration stays in force",
                    running.name(),
                    problems.isEmpty() ? "its file is gone" : problems.getFirst());
            return;
        }
        List<String> ignored =
                RestartKeys.keep(running, found.get(), "worker_core").ignored();
        if (!ignored.isEmpty()) {
            LOG.warn("changes to {} take effect only after a restart", String.join(", ", ignored));
        }
        LogLevel level = found.get().observability().logLevel();
        levels.accept(level);
        LOG.info("SIGHUP: the log level is {}", level.name().toLowerCase(Locale.ROOT));
    }
}
