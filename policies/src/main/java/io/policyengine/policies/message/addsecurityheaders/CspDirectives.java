package io.policyengine.policies.message.addsecurityheaders;

import io.policyengine.core.params.NearestKey;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.message.addsecurityheaders.AddSecurityHeadersParams.ContentSecurityPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/**
 * A Content-Security-Policy that is composed of its directives (W3C Content Security Policy Level 3), with gaps for the
 * nonce of each response.
 */
final class CspDirectives {
    private static final String OFF = "off";
    private static final String NONE = "'none'";
    private static final String DEFAULT_SRC = "default-src";
    /** Directives that receive the nonce. Other directives for scripts and styles fall back to them (CSP3 §6.7.2.3). */
    private static final List<String> WITH_NONCE = List.of("script-src", "style-src");

    /** The placeholder of the nonce, a character that no value can contain. */
    private static final String GAP = "\0";

    private static final Set<String> KEYWORDS = Set.of(
            "none",
            "self",
            "unsafe-inline",
            "unsafe-eval",
            "unsafe-hashes",
            "strict-dynamic",
            "report-sample",
            "wasm-unsafe-eval",
            "inline-speculation-rules",
            "script");

    private static final List<String> HASHES = List.of("sha256-", "sha384-", "sha512-");

    private static final Set<String> KNOWN = Set.of(
            "base-uri",
            "block-all-mixed-content",
            "child-src",
            "connect-src",
            DEFAULT_SRC,
            "fenced-frame-src",
            "font-src",
            "form-action",
            "frame-ancestors",
            "frame-src",
            "img-src",
            "manifest-src",
            "media-src",
            "object-src",
            "report-to",
            "report-uri",
            "require-trusted-types-for",
            "sandbox",
            "script-src",
            "script-src-attr",
            "script-src-elem",
            "style-src",
            "style-src-attr",
            "style-src-elem",
            "trusted-types",
            "upgrade-insecure-requests",
            "worker-src");

    /** Directives whose values are names instead of sources. */
    private static final Set<String> OF_NAMES = Set.of("report-to", "report-uri", "sandbox", "trusted-types");

    private final List<ParamProblem> problems;
    private final Map<String, List<String>> directives = new LinkedHashMap<>();

    private CspDirectives(List<ParamProblem> problems) {
        this.problems = problems;
        directives.put(DEFAULT_SRC, List.of("'self'"));
        directives.put("object-src", List.of(NONE));
        directives.put("base-uri", List.of("'self'"));
        directives.put("frame-ancestors", List.of(NONE));
    }

    /** Returns the value of the field with the default directives. */
    static String defaults() {
        return new CspDirectives(new ArrayList<>()).text();
    }

    /**
     * Returns the parts of the field's value. The nonce is inserted between them; without a nonce, there is a single
     * part.
     *
     * @param problems receives the problems
     */
    static List<String> pieces(ContentSecurityPolicy params, List<ParamProblem> problems) {
        CspDirectives policy = new CspDirectives(problems);
        params.directives().forEach(policy::put);
        if (params.nonce()) {
            WITH_NONCE.forEach(policy::leaveGap);
        }
        return List.of(policy.text().split(GAP, -1));
    }

    private void put(String name, StringOrList written) {
        String pointer = JsonPointer.empty()
                .appendProperty("content_security_policy")
                .appendProperty("directives")
                .appendProperty(name)
                .toString();
        List<String> values = written.values().stream()
                .flatMap(value -> Stream.of(value.strip().split("\\s+")))
                .filter(value -> !value.isEmpty())
                .map(value -> OF_NAMES.contains(name) ? value : quoted(value))
                .toList();
        String wrong = KNOWN.contains(name)
                ? wrongIn(values)
                : "no directive of a Content-Security-Policy" + NearestKey.hint(name, KNOWN, "directives");
        if (wrong != null) {
            problems.add(new ParamProblem(pointer, wrong));
        }
        if (values.equals(List.of(OFF))) {
            directives.remove(name);
        } else {
            directives.put(name, values);
        }
    }

    private static @Nullable String wrongIn(List<String> values) {
        if (values.contains(NONE) && values.size() > 1) {
            return "'none' must be the only value";
        }
        return values.stream().allMatch(CspDirectives::isLegal)
                ? null
                : "expected visible ASCII characters except ';' and ',', which end a directive or a policy";
    }

    private static boolean isLegal(String value) {
        return value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ';' && c != ',');
    }

    private static String quoted(String value) {
        boolean isBare = KEYWORDS.contains(value) || HASHES.stream().anyMatch(value::startsWith);
        return isBare ? "'" + value + "'" : value;
    }

    /**
     * Adds the nonce's placeholder to the sources of a directive, in place of {@code 'none'}. A missing directive gets
     * the sources of {@code default-src}. Does nothing if there are no sources.
     */
    private void leaveGap(String name) {
        List<String> sources = directives.getOrDefault(name, directives.getOrDefault(DEFAULT_SRC, List.of()));
        if (sources.isEmpty()) {
            return; // without sources, a nonce would only restrict
        }
        directives.put(
                name,
                Stream.concat(sources.stream().filter(source -> !source.equals(NONE)), Stream.of(GAP))
                        .toList());
    }

    private String text() {
        return directives.entrySet().stream()
                .map(directive -> Stream.concat(Stream.of(directive.getKey()), directive.getValue().stream())
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("; "));
    }
}
