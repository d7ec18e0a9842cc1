package io.policyengine.policies.content.shared.content;

import org.jspecify.annotations.Nullable;

/**
 * The strings of a JSON text, each a text of its own. The pieces of one message that stand apart, {@code content[…].text} and {@code
 * parts[…].text}, are one text as well, one after the other: models differ in whether they put something between them. So neither the end
 * of a piece hides what goes on in the next, nor its neighbours what it is.
 */
final class SeparateStrings implements JsonStrings {
    /** Octets from one piece of a message to the next beyond which they are two texts. */
    private static final int MAX_GAP = 4096;

    private final Texts texts;
    private final Spelling spelling;
    private final int level;

    private @Nullable Pieces pieces;

    /** The text that the pieces of one message are. */
    private static final class Pieces implements CharacterSink {
        private final String message;
        private final Channel channel;
        private long end;

        Pieces(String message, Channel channel) {
            this.message = message;
            this.channel = channel;
        }

        @Override
        public void take(int codePoint, long start, long end) throws ContentException {
            channel.take(codePoint, start, end);
            this.end = end;
        }

        /** A piece ends, not the text. */
        @Override
        public void end() {}

        @Override
        public long undecidedFrom() {
            return channel.undecidedFrom();
        }
    }

    SeparateStrings(Texts texts, Spelling spelling, int level) {
        this.texts = texts;
        this.spelling = spelling.inJson();
        this.level = level;
    }

    @Override
    public CharacterSink name(JsonPath of) throws ContentException {
        return Channel.begin(texts, new TextPlace(TextPlace.Kind.JSON_NAME, "", of.container()), spelling, level);
    }

    @Override
    public CharacterSink value(JsonPath path, long start) throws ContentException {
        TextPlace place = new TextPlace(TextPlace.Kind.JSON_VALUE, path.name(), path.value());
        String message = place.name().equals("text") ? messageOf(place.path()) : "";
        passed(start);
        if (message.isEmpty()) {
            return Channel.begin(texts, place, spelling, level);
        }
        if (pieces == null || !pieces.message.equals(message)) {
            end();
            pieces = new Pieces(message, Channel.begin(texts, place, spelling, level));
            pieces.end = start;
        }
        TextPlace alone = new TextPlace(TextPlace.Kind.JSON_PIECE, place.name(), place.path());
        return CharacterSink.both(pieces, Channel.begin(texts, alone, spelling, level));
    }

    /**
     * The path of the message whose piece is at a path; empty if none is. Gemini gives a stream, if not as events, as one array of responses,
     * whose candidates go on from one to the next.
     */
    private static String messageOf(String path) {
        int array = path.lastIndexOf('[');
        if (array < 0 || !path.endsWith("].text")) {
            return "";
        }
        String message = path.substring(0, array);
        int first = message.startsWith("[") ? message.indexOf(']') + 1 : 0;
        if (message.startsWith(".candidates", first)) {
            message = message.substring(first);
        }
        return message.endsWith("content") || message.endsWith("parts") ? message : "";
    }

    @Override
    public void passed(long position) throws ContentException {
        if (pieces != null && position - pieces.end > MAX_GAP) {
            end();
        }
    }

    @Override
    public long undecidedFrom() {
        return pieces == null ? Long.MAX_VALUE : pieces.undecidedFrom();
    }

    @Override
    public void end() throws ContentException {
        if (pieces != null) {
            pieces.channel.end();
            pieces = null;
        }
    }
}
