package io.policyengine.core.config.yaml;

import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Settings of the YAML parser for a text of a bounded length, by which it takes linear time: with its own buffer of 1 KiB, it copies all
 * that it has of a scalar for each further KiB.
 */
public final class YamlSettings {
    private static final int SMALLEST_BUFFER = 1024;
    private static final int LARGEST_BUFFER = 1024 * 1024;

    private YamlSettings() {}

    /** Those for a text, whatever it holds. */
    public static LoadSettings of(String text) {
        return LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setBufferSize(Math.clamp(text.length(), SMALLEST_BUFFER, LARGEST_BUFFER))
                .build();
    }
}
