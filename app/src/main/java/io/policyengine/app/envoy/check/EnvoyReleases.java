package io.policyengine.app.envoy.check;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Patch levels of Envoy with known faults of ext_proc. docs/envoy-releases.md has their sources. */
final class EnvoyReleases {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

    private static final List<Fault> FAULTS = List.of(
            new Fault(
                    "CVE-2026-47207: several unexpected answers in one message crash Envoy; the engine sends none, but"
                            + " another program at its address can",
                    List.of("1.36.9", "1.37.5", "1.38.3")),
            new Fault(
                    "faults in the lifetime of ext_proc's streams, which can crash Envoy",
                    List.of("1.36.10", "1.37.6", "1.38.4", "1.39.1")));

    private EnvoyReleases() {}

    /** A version of Envoy with its patch level. */
    record Release(int major, int minor, int patch) {
        /** Returns the first version in a text such as {@code hash/1.40.0/Clean/RELEASE/BoringSSL}. */
        static Optional<Release> in(String text) {
            Matcher matcher = RELEASE.matcher(text);
            return matcher.find()
                    ? Optional.of(new Release(
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(2)),
                            Integer.parseInt(matcher.group(3))))
                    : Optional.empty();
        }

        /** Returns whether the release has the given minor version and a lower patch level. */
        private boolean isBefore(int sameMinor, int patchLevel) {
            return major == 1 && minor == sameMinor && patch < patchLevel;
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + patch;
        }
    }

    /**
     * A known fault.
     *
     * @param text what can happen
     * @param mendedIn the first patch level of each minor version that does not have it
     */
    private record Fault(String text, List<String> mendedIn) {
        private Optional<String> mendedFor(Release release) {
            return mendedIn.stream()
                    .filter(mended -> Release.in(mended)
                            .filter(first -> release.isBefore(first.minor(), first.patch()))
                            .isPresent())
                    .findFirst();
        }
    }

    /** Returns a warning for each known fault of a release. */
    static List<String> warnings(Release release) {
        List<String> warnings = new ArrayList<>();
        if (release.major() == 1 && release.minor() < 36) {
            warnings.add("Envoy " + release + " is older than 1.36, which is the oldest that the engine supports");
        }
        FAULTS.forEach(fault -> fault.mendedFor(release)
                .ifPresent(mended ->
                        warnings.add("Envoy " + release + " has " + fault.text + "; use " + mended + " or later")));
        return warnings;
    }
}
