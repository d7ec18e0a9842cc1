package io.policyengine.worker.sink;

import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.sink.Sealing;
import java.util.Optional;

/**
 * Settings that may differ between entries which write to the same file. Each record is written with its entry's
 * settings.
 *
 * @param rotation the conditions under which a new file is begun
 * @param fsync whether the file is forced to disk after each batch
 * @param sealing the settings of the audit trail's chain, or empty
 */
record Settings(SinkConfig.Rotation rotation, boolean fsync, Optional<Sealing> sealing) {
    static Settings of(SinkConfig config, Optional<Sealing> sealing) {
        SinkConfig.Rotation rotation = config.rotation();
        return new Settings(rotation == null ? SinkConfig.Rotation.USUAL : rotation, config.fsync(), sealing);
    }
}
