package io.policyengine.core.metrics.merge;

import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metrics of a replica in Prometheus' text format 0.0.4. Families and samples are counted before they are
 * stored, and their numbers are bounded. One malformed line makes the whole text malformed.
 */
final class MetricsText {
    /** Maximum number of families of one replica. */
    static final int MAX_FAMILIES = 4_000;

    /** Maximum length of a family's description, in characters. A longer description is truncated. */
    static final int MAX_HELP = 512;

    private final Labels ofReplica;
    private final int maxSamples;
    private final Map<String, ReadFamily> families = new LinkedHashMap<>();
    private final Map<String, String> help = new LinkedHashMap<>();
    private int samples;

    private MetricsText(ReplicaMetrics from, int maxSamples) {
        this.ofReplica = Labels.of("replica", from.replica(), "worker", from.worker());
        this.maxSamples = maxSamples;
    }

    /**
     * Reads a text.
     *
     * @param maxSamples maximum number of samples
     */
    static MetricsText read(ReplicaMetrics from, int maxSamples) throws MalformedMetricsException {
        if (from.text().length() > ReplicaMetrics.MAX_BYTES) {
            throw new MalformedMetricsException("the text has more than " + ReplicaMetrics.MAX_BYTES + " bytes");
        }
        MetricsText read = new MetricsText(from, maxSamples);
        String text = decode(from.text().getBytes());
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            int stop = end < 0 ? text.length() : end;
            read.line(text.substring(at, stop).strip());
            at = stop + 1;
        }
        read.help.forEach((name, description) -> {
            ReadFamily family = read.families.get(name);
            if (family != null) {
                family.describe(description);
            }
        });
        return read;
    }

    private static String decode(byte[] text) throws MalformedMetricsException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedMetricsException("they are not UTF-8");
        }
    }

    Collection<ReadFamily> families() {
        return families.values();
    }

    int samples() {
        return samples;
    }

    private void line(String line) throws MalformedMetricsException {
        if (line.startsWith("# HELP ")) {
            describe(line.substring("# HELP ".length()).strip());
        } else if (line.startsWith("# TYPE ")) {
            declare(line.substring("# TYPE ".length()).strip().split("[ \t]+", -1));
        } else if (!line.isEmpty() && line.charAt(0) != '#') {
            add(SampleLine.parse(line));
        }
    }

    private void describe(String line) throws MalformedMetricsException {
        int end = line.indexOf(' ');
        String name = end < 0 ? line : line.substring(0, end);
        String text = end < 0 ? "" : line.substring(end + 1).strip();
        String known = text.substring(0, Math.min(text.length(), MAX_HELP));
        if (!SampleLine.isFamilyName(name) || help.size() == MAX_FAMILIES || help.put(name, unescaped(known)) != null) {
            throw new MalformedMetricsException(
                    "a line # HELP has an invalid name, is repeated, or exceeds the maximum" + " number");
        }
    }

    /** Returns the text with its escape sequences resolved. An unpaired surrogate at the end is removed. */
    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            boolean isEscape = c == '\\' && at + 1 < text.length();
            if (isEscape) {
                at++;
                plain.append(text.charAt(at) == 'n' ? '\n' : text.charAt(at));
            } else if (at + 1 < text.length() || !Character.isHighSurrogate(c)) {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private void declare(String[] words) throws MalformedMetricsException {
        FamilyKind kind = words.length == 2 ? FamilyKind.of(words[1]) : null;
        if (kind == null || !SampleLine.isFamilyName(words[0])) {
            throw new MalformedMetricsException("a line # TYPE has an unknown type or an invalid name");
        }
        if (families.containsKey(words[0])) {
            throw new MalformedMetricsException("a line # TYPE is repeated, or follows samples of its family");
        }
        put(words[0], kind);
    }

    private ReadFamily put(String name, FamilyKind kind) throws MalformedMetricsException {
        if (families.size() == MAX_FAMILIES) {
            throw new MalformedMetricsException("the text has more than " + MAX_FAMILIES + " families");
        }
        ReadFamily family = new ReadFamily(name, kind, ofReplica);
        families.put(name, family);
        return family;
    }

    private void add(SampleLine sample) throws MalformedMetricsException {
        if (samples == maxSamples) {
            throw new MalformedMetricsException("the text has too many samples");
        }
        samples++;
        ReadFamily family = familyOf(sample.name());
        (family == null ? put(sample.name(), FamilyKind.UNTYPED) : family).add(sample);
    }

    private @Nullable ReadFamily familyOf(String sample) throws MalformedMetricsException {
        ReadFamily exact = families.get(sample);
        if (exact != null && exact.has(sample)) {
            return exact;
        }
        for (String suffix : new String[] {"_bucket", "_count", "_sum"}) {
            ReadFamily family = sample.endsWith(suffix)
                    ? families.get(sample.substring(0, sample.length() - suffix.length()))
                    : null;
            if (family != null && family.has(sample)) {
                return family;
            }
        }
        if (exact != null) {
            throw new MalformedMetricsException("the name of a sample does not match the type of its family");
        }
        return null;
    }
}
