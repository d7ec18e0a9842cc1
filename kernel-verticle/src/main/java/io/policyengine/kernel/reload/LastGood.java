package io.policyengine.kernel.reload;

import io.policyengine.core.config.ConfigException;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.generation.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest generation that can be used now.
 *
 * @param texts its files, and what they refer to now
 */
public record LastGood(Snapshot snapshot, ConfTexts texts, EngineConfig config) {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    /**
     * Finds it; what cannot be used any more, since a file that it refers to is gone, is passed over with a warning.
     *
     * @param generations the newest first
     * @param reader what texts say; throws {@link ConfigException} if they cannot be used
     */
    public static Optional<LastGood> findBlocking(
            List<Snapshot> generations, Function<ConfTexts, EngineConfig> reader) {
        for (Snapshot snapshot : generations) {
            ConfTexts texts = snapshot.texts().withBlocking(List.of());
            try {
                return Optional.of(new LastGood(snapshot, texts, reader.apply(texts)));
            } catch (ConfigException unusable) {
                LOG.atWarn()
                        .addKeyValue("generation", snapshot.id())
                        .addKeyValue("reason", unusable.problems().getFirst())
                        .log("a generation cannot be used any more: it is passed over");
            }
        }
        return Optional.empty();
    }
}
