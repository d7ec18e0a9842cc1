package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonReader;
import org.jspecify.annotations.Nullable;

/**
 * Passes characters into one text. If the text itself is JSON, such as the arguments of a tool call, the strings of
 * that JSON are read as texts as well.
 */
final class Channel implements CharacterSink {
    /** Maximum nesting of JSON inside JSON strings that is parsed. */
    private static final int MAX_LEVEL = 4;

    private final Texts texts;
    private final LogicalText text;
    private final Spelling spelling;
    private final int level;
    private boolean begun;
    private @Nullable JsonTextReader json;
    private boolean ended;

    private Channel(Texts texts, LogicalText text, Spelling spelling, int level) {
        this.texts = texts;
        this.text = text;
        this.spelling = spelling;
        this.level = level;
    }

    /**
     * Begins a text.
     *
     * @param level number of structures around the text
     */
    static Channel begin(Texts texts, TextPlace place, Spelling spelling, int level) throws ContentException {
        return new Channel(texts, texts.begin(place, spelling, level), spelling, level);
    }

    @Override
    public void take(int codePoint, long start, long end) throws ContentException {
        text.add(codePoint, start, end);
        if (!begun && !JsonReader.isSkipped(codePoint)) {
            begun = true;
            if (JsonTextReader.begins(codePoint) && level < MAX_LEVEL) {
                json = JsonTextReader.ofWhatMayBeJson(new SeparateStrings(texts, spelling, level + 1), level == 0);
            }
        }
        if (json != null) {
            json.take(codePoint, start, end);
        }
    }

    /** Ends the text; has no effect when repeated. */
    @Override
    public void end() throws ContentException {
        if (!ended) {
            ended = true;
            if (json != null) {
                json.end();
            }
            texts.end(text);
        }
    }

    @Override
    public long undecidedFrom() {
        return json == null ? Long.MAX_VALUE : json.undecidedFrom();
    }
}
