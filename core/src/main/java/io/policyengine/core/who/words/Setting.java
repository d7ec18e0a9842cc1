package io.policyengine.core.who.words;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Source;
import io.policyengine.core.error.Location;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.who.Cause;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A setting that lets messages pass without an entry's effect.
 *
 * @param key the last part of its name
 * @param text the setting as written, without a secret; null if the policy itself is the reason
 */
record Setting(String key, @Nullable String text, Location place) {
    /** The file with the settings of workers. The positions of these settings in the file are not kept. */
    private static final Location KERNEL = Location.ofFile("kernel.yaml");

    /** Maximum length of a setting's value that {@code who} shows, in characters. */
    private static final int LONGEST = 160;

    static Setting of(Cause cause, LintEntry entry, @Nullable OverrideConfig override) {
        Source source = entry.config().source();
        String key = cause.setting();
        return switch (key) {
            case "" -> new Setting("", null, source.policy());
            case "mode" ->
                override == null
                        ? shown(source, key, lowerCase(entry.config().mode()), source.value(key))
                        : new Setting(
                                key,
                                "the override of " + override.target() + ", mode: " + lowerCase(override.mode()),
                                override.location());
            case "when" -> shown(source, key, String.valueOf(entry.config().when()), source.value(key));
            case "on_failure" -> shown(source, key, reaction(entry.config().onFailure()), source.value(key));
            case "on_overload" -> shown(source, key, reaction(entry.config().onOverload()), source.value(key));
            case "on_encoded" -> shown(source, key, "pass", source.value(key));
            case "fail_open" -> new Setting(key, "fail_open: true of worker '" + entry.worker() + "'", KERNEL);
            default -> parameter(entry, key);
        };
    }

    private static Setting parameter(LintEntry entry, String pointer) {
        Source source = entry.config().source();
        String key = pointer.substring(pointer.lastIndexOf('/') + 1);
        JsonNode value = entry.config().params().at(pointer);
        return value.isMissingNode() || value.isContainer()
                ? new Setting(key, key, source.locate(pointer))
                : shown(source, key, value.asString(""), source.locate(pointer));
    }

    private static Setting shown(Source source, String key, String value, Location place) {
        String line = value.replaceAll("\\s+", " ").strip();
        boolean isHidden = source.isToldIn(line);
        String text = line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
        return new Setting(key, key + ": " + (isHidden ? "(not shown)" : text), place);
    }

    private static String reaction(@Nullable OnFailure reaction) {
        return reaction == null ? "" : lowerCase(reaction);
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
