package io.policyengine.kernel.trust;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Comparator;
import java.util.Optional;

/** A version of Envoy with its patch level. */
public record EnvoyRelease(int major, int minor, int patch) implements Comparable<EnvoyRelease> {
    /** The oldest release that the engine supports. */
    public static final EnvoyRelease OLDEST = new EnvoyRelease(1, 36, 0);

    private static final Pattern DOTTED = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");
    private static final Comparator<EnvoyRelease> ORDER = Comparator.comparingInt(EnvoyRelease::major)
            .thenComparingInt(EnvoyRelease::minor)
            .thenComparingInt(EnvoyRelease::patch);

    /** Returns the first version in a text such as {@code hash/1.40.0/Clean/RELEASE/BoringSSL}. */
    public static Optional<EnvoyRelease> in(String text) {
        Matcher matcher = DOTTED.matcher(text);
        return matcher.find()
                ? Optional.of(new EnvoyRelease(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    boolean hasSameMinor(EnvoyRelease other) {
        return major == other.major && minor == other.minor;
    }

    @Override
    public int compareTo(EnvoyRelease other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
