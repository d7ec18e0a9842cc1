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
 * The newest stored generation, which the kernel uses if the files of the conf directory are unusable.
 *
 * @param texts the generation's files, with the conf directory's overrides if these are valid. Referenced files have
 *     their current content
 */
public record LastGood(Snapshot snapshot, ConfTexts texts, EngineConfig config) {
    private static final Logger LOG = LoggerFactory.getLogger(LastGood.class);

    /**
     * Reads the generation. It gets the overrides of the conf directory if these are valid, so that a removed override
     * remains removed.
     *
     * @param newest the newest generation. Older generations must not be used, because their rules were replaced
     *     deliberately
     * @param found the content of the conf directory
     * @param reader parses texts; throws {@link ConfigException} if they are invalid
     * @throws ConfigException if the generation is no longer valid, for example because a referenced file is gone
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
