package io.policyengine.app.envoy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** A version of Envoy, as far as its configuration differs by it. The patch level never matters. */
public record EnvoyVersion(int major, int minor) implements Comparable<EnvoyVersion> {
    /** The oldest that the engine works with. */
    public static final EnvoyVersion OLDEST = new EnvoyVersion(1, 36);

    /** The first whose filters for AI and MCP traffic leave what policies read. Those before use other namespaces, or have no such filter. */
    static final EnvoyVersion FACTS = new EnvoyVersion(1, 40);

    /** The first that takes typed dynamic metadata from ext_proc ({@code ProcessingResponse.typed_dynamic_metadata}). */
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
            throw new IllegalArgumentException("'" + text + "' is no version of Envoy, such as 1.40");
        }
        EnvoyVersion version = new EnvoyVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        if (version.compareTo(OLDEST) < 0) {
            throw new IllegalArgumentException(
                    "the engine works with Envoy " + OLDEST + " and later, not with " + version);
        }
        return version;
    }

    /** True if its filters leave facts about AI and MCP traffic. */
    boolean leavesFacts() {
        return compareTo(FACTS) >= 0;
    }

    /** True if its ext_proc filter takes typed dynamic metadata. */
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
