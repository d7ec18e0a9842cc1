package io.policyengine.core.metrics.merge;

import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sample: a line with a value in Prometheus' text format, such as {@code name{label="value"} 1}. Names, labels and
 * numbers have maximum lengths. A timestamp is ignored.
 */
final class SampleLine {
    /** Maximum number of labels of a series. */
    static final int MAX_LABELS = 32;

    /** Maximum length of the name of a family or label, in characters. */
    static final int MAX_NAME = 256;

    /** Maximum length of a label's value, in characters. */
    static final int MAX_LABEL_VALUE = 1_024;

    /** Maximum length of a number, in characters. */
    private static final int MAX_NUMBER = 64;

    private final String line;
    private final Map<String, String> labels = new TreeMap<>();
    private int at;
    private final String name;
    private final double value;

    private SampleLine(String line) throws MalformedMetricsException {
        this.line = line;
        this.name = name(true);
        skipBlanks();
        if (isNext('{')) {
            readLabels();
        }
        this.value = number(word());
        if (at < line.length()) {
            skipTimestamp(word());
        }
        if (at < line.length()) {
            throw new MalformedMetricsException("a sample has text after its value and timestamp");
        }
    }

    static SampleLine parse(String line) throws MalformedMetricsException {
        return new SampleLine(line);
    }

    String name() {
        return name;
    }

    double value() {
        return value;
    }

    /** Removes a label and returns its value, or null if the sample has no such label. */
    @Nullable
    String take(String label) {
        return labels.remove(label);
    }

    /**
     * Returns the sample's labels together with the replica's. If both have a name, the sample's label gets the prefix
     * {@code exported_}, as in Prometheus.
     */
    Labels labels(Labels ofReplica) {
        Map<String, String> all = new TreeMap<>();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            String free = label.getKey();
            while (ofReplica.contains(free) || (!free.equals(label.getKey()) && labels.containsKey(free))) {
                free = "exported_" + free;
            }
            all.put(free, label.getValue());
        }
        for (Label label : ofReplica) {
            all.put(label.getName(), label.getValue());
        }
        return Labels.of(all.keySet().toArray(String[]::new), all.values().toArray(String[]::new));
    }

    private void readLabels() throws MalformedMetricsException {
        at++;
        skipBlanks();
        while (!isNext('}')) {
            String label = name(false);
            skipBlanks();
            expect('=');
            skipBlanks();
            if (label.startsWith("__") || labels.size() == MAX_LABELS || labels.put(label, text()) != null) {
                throw new MalformedMetricsException(
                        "a sample has a reserved label, a repeated label, or too many" + " labels");
            }
            skipBlanks();
            if (!isNext('}')) {
                expect(',');
                skipBlanks();
            }
        }
        at++;
    }

    /** Reads a name. Only the names of families have colons. */
    private String name(boolean isOfFamily) throws MalformedMetricsException {
        int begin = at;
        while (at < line.length() && isOfName(line.charAt(at), at > begin, isOfFamily)) {
            at++;
        }
        String found = line.substring(begin, at);
        if (found.isEmpty() || found.length() > MAX_NAME) {
            throw new MalformedMetricsException("the name of a sample or label is missing or invalid");
        }
        return found;
    }

    static boolean isFamilyName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isOfName(name.charAt(i), i > 0, true)) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME;
    }

    private static boolean isOfName(char c, boolean isInside, boolean isOfFamily) {
        return c == '_'
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (isInside && isDigit(c))
                || (isOfFamily && c == ':');
    }

    /** Reads the quoted value of a label. */
    private String text() throws MalformedMetricsException {
        expect('"');
        StringBuilder text = new StringBuilder();
        while (!isNext('"')) {
            if (at >= line.length() || text.length() == MAX_LABEL_VALUE) {
                throw new MalformedMetricsException("the value of a label has no closing quote, or is too long");
            }
            char c = line.charAt(at++);
            text.append(c == '\\' ? escaped() : c);
        }
        at++;
        return text.toString();
    }

    private char escaped() throws MalformedMetricsException {
        char c = at < line.length() ? line.charAt(at++) : ' ';
        return switch (c) {
            case '\\', '"' -> c;
            case 'n' -> '\n';
            default -> throw new MalformedMetricsException("the value of a label has an unknown escape sequence");
        };
    }

    /** Reads the characters between blanks. */
    private String word() throws MalformedMetricsException {
        skipBlanks();
        int begin = at;
        while (at < line.length() && !isBlank(line.charAt(at))) {
            at++;
        }
        String word = line.substring(begin, at);
        skipBlanks();
        if (word.isEmpty() || word.length() > MAX_NUMBER) {
            throw new MalformedMetricsException("a sample has a missing or overlong number");
        }
        return word;
    }

    /** Parses a number in Prometheus' text format. */
    static double number(String text) throws MalformedMetricsException {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> decimal(text);
        };
    }

    private static double decimal(String text) throws MalformedMetricsException {
        if (text.chars().allMatch(c -> isDigit(c) || "+-.eE".indexOf(c) >= 0)) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException _) {
                // It is reported below.
            }
        }
        throw new MalformedMetricsException("a number of a sample is malformed");
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static void skipTimestamp(String text) throws MalformedMetricsException {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(SampleLine::isDigit)) {
            throw new MalformedMetricsException("the timestamp of a sample is invalid");
        }
    }

    private void expect(char c) throws MalformedMetricsException {
        if (!isNext(c)) {
            throw new MalformedMetricsException("the labels of a sample are malformed");
        }
        at++;
    }

    private boolean isNext(char c) {
        return at < line.length() && line.charAt(at) == c;
    }

    private void skipBlanks() {
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
