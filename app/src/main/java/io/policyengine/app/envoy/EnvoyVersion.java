package io.policyengine.app.envoy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** A version of Envoy without the patch level, which does not affect the configuration. */
public record EnvoyVersion(int major, int minor) implements Comparable<EnvoyVersion> {
    /** The oldest Envoy version that the engine supports. */
    public static final EnvoyVersion OLDEST = new EnvoyVersion(1, 36);

    /** The first Envoy version whose AI and MCP filters provide the facts that policies read. */
    static final EnvoyVersion FACTS = new EnvoyVersion(1, 40);

    /** The first Envoy version that accepts {@code ProcessingResponse.typed_dynamic_metadata} from ext_proc servers. */
    static final EnvoyVersion TYPED_METADATA = new EnvoyVersion(1, 40);

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.\\d{1,4})?");

    /**
     * Parses a version: {@code 1.40} or {@code 1.40.0}.
     *
     * @throws IllegalArgumentException if the text is invalid, or the version is older than the engine supports
     */
    public static EnvoyVersion parse(String text) {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a version of Envoy, such as 1.40");
        }
        EnvoyVersion version = new EnvoyVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (version.compareTo(OLDEST) < 0) {
            throw new IllegalArgumentException(
                    "the engine works with Envoy " + OLDEST + " and later, not with " + version);
        }
        return version;
    }

    boolean leavesFacts() {
        return compareTo(FACTS) >= 0;
    }

    boolean takesTypedMetadata() {
        return compareTo(TYPED_METADATA) >= 0;
    }

    @Override
    public int compareTo(EnvoyVersion other) {
        return major == other.major ? Integer.compare(minor, other.minor) : Integer.compare(major, other.major);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
