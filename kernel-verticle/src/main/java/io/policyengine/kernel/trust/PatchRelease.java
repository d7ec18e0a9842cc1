package io.policyengine.kernel.trust;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.kernel.envoy.EnvoyReader;
import java.util.Comparator;
import java.util.Optional;

/** A version of Envoy with its patch level. */
public record PatchRelease(int major, int minor, int patch) implements Comparable<PatchRelease> {
    /** The oldest release that the engine supports. */
    public static final PatchRelease OLDEST = new PatchRelease(1, 36, 0);

    /** Maximum number of characters of the attribute with Envoy's version; longer texts are not read. */
    private static final int MAX_ATTRIBUTE_LENGTH = 128;

    private static final Pattern MESSAGE = Pattern.compile(
            "\\s*major_number:\\s*(\\d{1,4})(?:\\s+minor_number:\\s*(\\d{1,4}))?(?:\\s+patch:\\s*(\\d{1,4}))?\\s*");
    private static final Pattern DOTTED = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final Comparator<PatchRelease> ORDER = Comparator.comparingInt(PatchRelease::major)
            .thenComparingInt(PatchRelease::minor)
            .thenComparingInt(PatchRelease::patch);

    /** Returns the first version in a text such as {@code hash/1.40.0/Clean/RELEASE/BoringSSL}. */
    public static Optional<PatchRelease> in(String text) {
        Matcher matcher = DOTTED.matcher(text);
        return matcher.find()
                ? Optional.of(new PatchRelease(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /**
     * Returns the version in the attribute {@link EnvoyReader#VERSION}. Its text is the text format of a message of Protocol
     * Buffers, such as {@code major_number: 1 minor_number: 40}, without numbers that are 0. The message has only these
     * three fields. Returns empty for all other texts.
     */
    public static Optional<PatchRelease> ofAttribute(String text) {
        if (text.length() > MAX_ATTRIBUTE_LENGTH) {
            return Optional.empty();
        }
        Matcher matcher = MESSAGE.matcher(text);
        return matcher.matches()
                ? Optional.of(new PatchRelease(number(matcher, 1), number(matcher, 2), number(matcher, 3)))
                : Optional.empty();
    }

    private static int number(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** Returns a sentence for people if the release is too old for the engine. */
    public Optional<String> whyUnsupported() {
        return compareTo(OLDEST) < 0
                ? Optional.of("Envoy " + this + " is older than " + OLDEST.major + "." + OLDEST.minor
                        + ", which is the oldest that the engine supports")
                : Optional.empty();
    }

    boolean hasSameMinor(PatchRelease other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(PatchRelease other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
