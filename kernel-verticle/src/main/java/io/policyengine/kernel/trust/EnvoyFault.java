package io.policyengine.kernel.trust;

import io.policyengine.core.http.PathRules;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The known faults of Envoy's releases that matter for ext_proc. The table in docs/envoy-releases.md lists them. */
public enum EnvoyFault {
    UNEXPECTED_ANSWERS(
            Weight.HARM,
            new Source("CVE-2026-47207", "https://github.com/envoyproxy/envoy/security/advisories/GHSA-68cv-hq5f-g6xv"),
            "several unexpected answers in one message crash Envoy",
            "the engine sends one answer to each message, and nothing after the last answer. But anyone who can answer"
                    + " at the address of the engine's cluster can crash Envoy. So let no one else use that network,"
                    + " or the directory of the socket",
            "1.36.9",
            "1.37.5",
            "1.38.3",
            "1.39.0"),
    STREAM_LIFETIME(
            Weight.HARM,
            null,
            "faults in the lifetime of ext_proc's streams, such as use after free, crash Envoy",
            "Envoy may crash while the engine stops, restarts or cannot be reached. Then the requests of all routes"
                    + " fail",
            "1.36.10",
            "1.37.6",
            "1.38.4",
            "1.39.1"),
    LOST_BYTES(
            Weight.HARM,
            null,
            "bytes of a body are lost if another filter buffers them and ext_proc has `FULL_DUPLEX_STREAMED`",
            "the upstream gets fewer bytes than policies have seen. Do not use filters that hold bodies, such as Wasm,"
                    + " together with the engine",
            "1.36.10",
            "1.37.6",
            "1.38.4",
            "1.40.0"),
    DOT_SEGMENTS(
            Weight.HARM_WITHOUT_PATH_RULES,
            new Source("CVE-2026-73551", "https://github.com/envoyproxy/envoy/security/advisories/GHSA-2w8w-rfw7-8gg4"),
            "some upstreams treat `/..;x/` as a dot segment, but Envoy does not",
            "with every version of Envoy, the [path rules](paths.md) of the engine refuse such paths, unless"
                    + " `path_rules` is `off`",
            "1.36.10",
            "1.37.6",
            "1.38.4",
            "1.39.1"),
    LAST_CHUNK_TWICE(
            Weight.REMARK,
            new Source("#46237", "https://github.com/envoyproxy/envoy/issues/46237"),
            "with `FULL_DUPLEX_STREAMED`, the last chunk of a body can come twice",
            "the engine ignores the second chunk",
            "1.38.0"),
    UPGRADES_HANG(
            Weight.REMARK,
            new Source("#47048", "https://github.com/envoyproxy/envoy/issues/47048"),
            "WebSockets hang with `request_body_mode: STREAMED`",
            "no harm, unless Envoy's own `request_body_mode` is `STREAMED`",
            "1.40.0") {
        @Override
        boolean isKnownOf(PatchRelease release) {
            return WITH_HANGING_UPGRADES.contains(release);
        }

        @Override
        public String releases() {
            return "1.40.0. Known of 1.38.4 and 1.39.1";
        }
    };

    private static final List<PatchRelease> WITH_HANGING_UPGRADES =
            List.of(new PatchRelease(1, 38, 4), new PatchRelease(1, 39, 1));

    private final Weight weight;

    @SuppressWarnings("ImmutableEnumChecker") // a record of texts
    private final @Nullable Source source;

    private final String text;
    private final String effect;

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final List<PatchRelease> fixedIn;

    /**
     * Creates a fault.
     *
     * @param text what happens, in Markdown
     * @param effect the effect on an Envoy with the engine, in Markdown
     * @param fixedIn the first release without the fault, for each minor version that has one
     */
    EnvoyFault(Weight weight, @Nullable Source source, String text, String effect, String... fixedIn) {
        this.weight = weight;
        this.source = source;
        this.text = text;
        this.effect = effect;
        this.fixedIn = Arrays.stream(fixedIn)
                .map(PatchRelease::in)
                .flatMap(Optional::stream)
                .toList();
    }

    private enum Weight {
        HARM,
        HARM_WITHOUT_PATH_RULES,
        REMARK
    }

    private record Source(String label, String link) {}

    /** Returns the faults of a release, including those without an effect on the engine. */
    public static Stream<EnvoyFault> of(PatchRelease release) {
        return Stream.of(values()).filter(fault -> fault.fixFor(release).isPresent());
    }

    /** Returns whether the fault can do harm with an engine that has these rules. */
    public boolean isHarmful(PathRules rules) {
        return switch (weight) {
            case HARM -> true;
            case HARM_WITHOUT_PATH_RULES -> rules == PathRules.OFF;
            case REMARK -> false;
        };
    }

    /** Returns whether the fault matters only in some setups, and is worth a remark. */
    public boolean isRemark() {
        return weight == Weight.REMARK;
    }

    /** Returns a sentence for people that names the release, the fault and the fix. */
    public String message(PatchRelease release) {
        String named = (source == null ? ": " : ", " + source.label() + ": ") + plain(text);
        String fix = fixFor(release).map(PatchRelease::toString).orElse("a later release");
        return "Envoy " + release + " has a known fault" + named
                + (isRemark() ? "; " + plain(effect) + "; fixed in " + fix : "; use " + fix + " or later");
    }

    /** Returns the row of the fault in the table of docs/envoy-releases.md. */
    public String row() {
        String named = source == null ? text : "[" + source.label() + "](" + source.link() + "): " + text;
        return "| " + named + " | " + releases() + " | " + effect + " |";
    }

    /** Returns the releases that fix the fault, in Markdown. */
    String releases() {
        return String.join(", ", fixedIn.stream().map(PatchRelease::toString).toList());
    }

    boolean isKnownOf(PatchRelease release) {
        return true;
    }

    /** Returns the first later release of the same or a later minor version that fixes the fault, if a release has it. */
    private Optional<PatchRelease> fixFor(PatchRelease release) {
        return fixedIn.stream()
                .filter(fix -> fix.hasSameMinor(release) || fix.compareTo(release) > 0)
                .findFirst()
                .filter(fix -> release.compareTo(fix) < 0 && isKnownOf(release));
    }

    private static String plain(String markdown) {
        return markdown.replace("`", "");
    }
}
