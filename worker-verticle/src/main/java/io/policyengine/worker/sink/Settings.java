package io.policyengine.worker.sink;

import io.policyengine.core.config.SinkConfig;
import io.policyengine.core.sink.Sealing;
import java.util.Optional;

/**
 * The settings that may differ between entries that write to one file. Each record is written with the settings of its
 * own entry.
 *
 * @param rotation when a new file is begun
 * @param fsync whether the file is forced to disk after each batch
 * @param sealing the settings of the audit trail's chain, or empty
 */
record Settings(SinkConfig.Rotation rotation, boolean fsync, Optional<Sealing> sealing) {
    static Settings of(SinkConfig config, Optional<Sealing> sealing) {
        SinkConfig.Rotation rotation = config.rotation();
        return new Settings(rotation == null ? SinkConfig.Rotation.USUAL : rotation, config.fsync(), sealing);
    }
}
