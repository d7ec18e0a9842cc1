package io.policyengine.core.config.yaml;

import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Settings by which the YAML parser takes linear time on bounded texts: with its default buffer of 1 KiB, it copies a
 * scalar once more for each further KiB.
 */
public final class YamlSettings {
    private static final int SMALLEST_BUFFER = 1024;
    private static final int LARGEST_BUFFER = 1024 * 1024;

    private YamlSettings() {}

    /** Returns the settings for a text of any content. */
    public static LoadSettings of(String text) {
        return LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setBufferSize(Math.clamp(text.length(), SMALLEST_BUFFER, LARGEST_BUFFER))
                .build();
    }
}
