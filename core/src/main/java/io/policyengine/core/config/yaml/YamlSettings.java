package io.policyengine.core.config.yaml;

import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Settings with which the YAML parser takes linear time on bounded texts. With its default buffer of 1 KiB, the parser
 * would copy a long scalar again for each further KiB.
 */
public final class YamlSettings {
    private static final int SMALLEST_BUFFER = 1024;

    /** Maximum size of the read buffer of a YAML parser, in characters. */
    private static final int LARGEST_BUFFER = 1024 * 1024;

    private YamlSettings() {}

    public static LoadSettings of(String text) {
        return LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setBufferSize(Math.clamp(text.length(), SMALLEST_BUFFER, LARGEST_BUFFER))
                .build();
    }
}
