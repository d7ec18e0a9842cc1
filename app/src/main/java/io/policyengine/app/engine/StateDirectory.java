package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.GenerationArchive;
import io.policyengine.kernel.history.StateException;
import io.policyengine.kernel.history.StoredGenerations;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that stores the generations of one conf directory.
 *
 * @param conf the conf directory
 * @param isNamed whether the user named the directory; if so, the engine does not start without it
 */
public record StateDirectory(Path path, Conf conf, boolean isNamed) {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.process");
    private static final Path USUAL_PLACE = Path.of("/var/lib/policy-engine");

    /**
     * Returns the named directory, or the default for the conf directory. Each conf directory has its own default, so
     * that an engine never loads the state of another engine.
     *
     * @param named null or empty if the user named no directory
     */
    public static StateDirectory of(@Nullable Path named, Conf conf) {
        return named == null || named.toString().isEmpty()
                ? new StateDirectory(USUAL_PLACE.resolve(nameOf(conf)), conf, false)
                : new StateDirectory(named, conf, true);
    }

    /** Returns the path of a conf directory as one file name, such as {@code etc%2Fpolicy-engine}. */
    private static String nameOf(Conf conf) {
        return conf.directory()
                .toAbsolutePath()
                .normalize()
                .toString()
                .substring(1)
                .replace("%", "%25")
                .replace("/", "%2F");
    }

    /**
     * Reads the stored generations.
     *
     * @throws CommandFailure if the directory cannot be read
     */
    public StoredGenerations readBlocking() {
        try {
            return lookBlocking(() -> StoredGenerations.readBlocking(path, conf.directory()));
        } catch (StateException unreadable) {
            throw CommandFailure.usage(unreadable.getMessage() + ": name the state directory with --state");
        }
    }

    @Nullable
    Snapshot newestBlocking() {
        try {
            return lookBlocking(() -> StoredGenerations.readBlocking(path, conf.directory()))
                    .newest();
        } catch (StateException _) {
            return null;
        }
    }

    /**
     * Opens the directory for a kernel. If the default directory cannot be opened, logs that fact and keeps generations
     * in memory.
     *
     * @throws CommandFailure if the user named the directory and it cannot be opened
     */
    GenerationArchive openBlocking() {
        try {
            return lookBlocking(() -> GenerationArchive.openBlocking(path, conf.directory()));
        } catch (StateException unusable) {
            if (isNamed) {
                throw CommandFailure.usage(unusable.getMessage()
                        + ": name another directory with --state, which this user can write and no other engine uses");
            }
            LOG.atInfo()
                    .addKeyValue(LogFields.REASON, unusable.getMessage())
                    .log("generations are kept in memory only; name a directory for them with --state");
            return GenerationArchive.inMemory();
        }
    }

    private <T> T lookBlocking(Supplier<T> look) {
        return FirstLook.atBlocking("the state directory " + path, look);
    }
}
