package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.generation.Snapshot;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest generation, in the place of files that cannot be used.
 *
 * @param texts its files with the overrides that are in force now, and what they refer to now
 */
public record LastGood(Snapshot snapshot, ConfTexts texts, EngineConfig config) {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    /**
     * Reads it. Overrides come from the conf directory, where they can be used: one that was taken back meanwhile stays so.
     *
     * @param newest never an older one, whose rules were given up
     * @param found what the conf directory says
     * @param reader what texts say; throws {@link ConfigException} if they cannot be used
     * @throws ConfigException if it cannot be used any more, since a file that it refers to is gone, say
     */
    public static LastGood readBlocking(Snapshot newest, ConfTexts found, Function<ConfTexts, EngineConfig> reader) {
        ConfTexts then = newest.texts().withBlocking(List.of());
        if (found.fault() != null) {
            return new LastGood(newest, then, reader.apply(then));
        }
        ConfTexts now = then.withOverridesOf(found);
        try {
            return new LastGood(newest, now, reader.apply(now));
        } catch (ConfigException unusable) {
            LastGood good = new LastGood(newest, then, reader.apply(then));
            LOG.atWarn()
                    .addKeyValue(LogFields.GENERATION, newest.id())
                    .addKeyValue(LogFields.REASON, unusable.problems().getFirst())
                    .log("overrides.yaml cannot be used: the overrides of the last good generation apply");
            return good;
        }
    }
}
