package io.policyengine.policies.content.shared.texts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The named character references of HTML (WHATWG HTML §13.5). Some of them need no final semicolon. */
final class CharacterNames {
    /** Length of the longest name with its ampersand, in characters. */
    static final int MAX_LENGTH = 32;

    /** Length of the longest name that may lack its semicolon, in characters. */
    static final int MAX_OPEN = 6;

    private static final Map<String, String> NAMES = read();

    private CharacterNames() {}

    /** Returns the characters that a name with a final semicolon denotes; null if there are none. */
    static @Nullable String closed(String name) {
        return NAMES.get(name + ";");
    }

    /** Returns the characters that a name without a final semicolon denotes; null if there are none. */
    static @Nullable String open(String name) {
        return NAMES.get(name);
    }

    /** Reads the names from a resource. Each line has a name and its code points in hexadecimal. */
    private static Map<String, String> read() {
        Map<String, String> names = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(CharacterNames.class.getResourceAsStream("character-names.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split(" ", -1);
                StringBuilder text = new StringBuilder(2);
                for (int i = 1; i < fields.length; i++) {
                    text.appendCodePoint(Integer.parseInt(fields[i], 16));
                }
                names.put(fields[0], text.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(names);
    }
}
