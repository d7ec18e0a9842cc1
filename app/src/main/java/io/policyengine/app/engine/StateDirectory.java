package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.Kept;
import io.policyengine.kernel.history.StateException;
import io.policyengine.kernel.history.StoredGenerations;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with the generations of one conf directory.
 *
 * @param conf whose generations they are
 * @param isNamed whether the user names the folder, and so counts on it
 */
public record StateDirectory(Path path, Conf conf, boolean isNamed) {
    private static final Logger LOG = LoggerFactory.getLogger("io.policyengine.kernel.process");
    private static final Path USUAL_PLACE = Path.of("/var/lib/policy-engine");

    /**
     * The folder that is named, or the usual one: each conf directory has its own, so that none is ever started with, or rolled back
     * to, what belongs to another.
     *
     * @param named null, or empty as an unset variable may be: none
     */
    public static StateDirectory of(@Nullable Path named, Conf conf) {
        return named == null || named.toString().isEmpty()
                ? new StateDirectory(USUAL_PLACE.resolve(nameOf(conf)), conf, false)
                : new StateDirectory(named, conf, true);
    }

    /** Its path as one name: {@code etc%2Fpolicy-engine}. */
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
     * The generations in it.
     *
     * @throws CommandFailure if it cannot be read
     */
    public StoredGenerations readBlocking() {
        try {
            return lookBlocking(() -> StoredGenerations.readBlocking(path, conf.directory()));
        } catch (StateException unreadable) {
            throw CommandFailure.usage(unreadable.getMessage() + ": name the state directory with --state");
        }
    }

    /** The last generation; null if there is none, or it cannot be read. */
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
     * Takes it for a kernel. Where nobody counts on it and it cannot be had, generations are kept in memory, which is logged.
     *
     * @throws CommandFailure if the user names it and it cannot be had
     */
    Kept openBlocking() {
        try {
            return lookBlocking(() -> Kept.openBlocking(path, conf.directory()));
        } catch (StateException unusable) {
            if (isNamed) {
                throw CommandFailure.usage(unusable.getMessage()
                        + ": name another folder with --state, which this user can write and no other engine uses");
            }
            LOG.atInfo()
                    .addKeyValue(LogFields.REASON, unusable.getMessage())
                    .log("generations are kept in memory only; name a folder for them with --state");
            return Kept.inMemory();
        }
    }

    private <T> T lookBlocking(Supplier<T> look) {
        return FirstLook.atBlocking("the state directory " + path, look);
    }
}
