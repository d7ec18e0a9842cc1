package io.policyengine.app;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sentences of the javadoc in a source file. A colon or semicolon ends a sentence as well as a full stop, since what follows is
 * read by itself. Paragraphs, items of lists and tags are sentences of their own; a code span or a reference is one word.
 */
final class JavadocSentences {
    /** A javadoc begins a line; within a line, the same characters may be part of a text. */
    private static final Pattern JAVADOC =
            Pattern.compile("^[ \\t]*/\\*\\*(.*?)\\*/", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern MARGIN = Pattern.compile("^[ \\t]*\\* ?", Pattern.MULTILINE);
    private static final Pattern EXAMPLE = Pattern.compile("<pre>.*?</pre>", Pattern.DOTALL);
    /** A span with at most two pairs of nested braces. */
    private static final Pattern CODE =
            Pattern.compile("\\{@(?:code|literal|value|inheritDoc)\\b(?:[^{}]|\\{(?:[^{}]|\\{[^{}]*})*})*}");

    private static final Pattern LINK =
            Pattern.compile("\\{@link(?:plain)?\\s+([^\\s{}(]+(?:\\([^{}()]*\\))?)(?:\\s+([^{}]*))?}");
    private static final Pattern BREAK = Pattern.compile(
            "</?(?:p|li|ul|ol|table|tr|td|th|dl|dt|dd|br|h\\d)\\b[^>]*>|^\\s*@(?:param|throws)\\s+\\S+|^\\s*@\\w+",
            Pattern.MULTILINE);
    private static final Pattern MARKUP = Pattern.compile("</?\\w[^>]*>");
    private static final Pattern ABBREVIATION = Pattern.compile("\\b(e\\.g|i\\.e|etc|vs|cf|approx)\\.(?=\\s)");
    private static final Pattern END = Pattern.compile("(?<=[.!?:;])[)\"']?\\s+");
    private static final Pattern BLANK = Pattern.compile("\\s+");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]");

    private JavadocSentences() {}

    /** Returns all sentences of a source file. */
    static List<String> of(String source) {
        return JAVADOC.matcher(source)
                .results()
                .flatMap(found -> sentences(found.group(1)))
                .toList();
    }

    private static Stream<String> sentences(String javadoc) {
        String text = MARGIN.matcher(javadoc).replaceAll("");
        text = EXAMPLE.matcher(text).replaceAll("<p>");
        text = CODE.matcher(text).replaceAll("code");
        text = LINK.matcher(text).replaceAll(JavadocSentences::label);
        return BREAK.splitAsStream(text)
                .map(block -> MARKUP.matcher(block).replaceAll(""))
                .map(block -> ABBREVIATION.matcher(block).replaceAll("abbreviation"))
                .flatMap(END::splitAsStream)
                .map(sentence -> BLANK.matcher(sentence.strip()).replaceAll(" "))
                .filter(sentence -> !sentence.isEmpty());
    }

    private static String label(MatchResult link) {
        return link.group(2) == null ? "code" : Matcher.quoteReplacement(link.group(2));
    }

    /** Returns the number of words in a sentence. A dash or a section sign alone is not a word. */
    static long words(String sentence) {
        return BLANK.splitAsStream(sentence)
                .filter(part -> WORD.matcher(part).find())
                .count();
    }
}
