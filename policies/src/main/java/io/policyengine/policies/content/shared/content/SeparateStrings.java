package io.policyengine.policies.content.shared.content;

import org.jspecify.annotations.Nullable;

/**
 * The strings of a JSON text, each a text of its own. The pieces of one message that stand apart, {@code content[…].text} and {@code
 * parts[…].text}, are one text as well, one after the other: models differ in whether they put something between them. So neither the end
 * of a piece hides what goes on in the next, nor its neighbours what it is. A message within a piece, as what a tool says, does not end the one
 * around it.
 */
final class SeparateStrings implements JsonStrings {
    /** Octets from one piece of a message to the next beyond which they are two texts. */
    private static final int MAX_GAP = 4096;

    /** Bytes of a name in the tables of the reader, at most. */
    private static final long A_NAME = 32;

    private final Texts texts;
    private final Spelling spelling;
    private final int level;

    /** The innermost message. */
    private @Nullable Pieces pieces;

    private int names;

    /** The text that the pieces of one message are. */
    private static final class Pieces implements CharacterSink {
        private final String message;
        private final Channel channel;
        private @Nullable Pieces around;
        private long end;

        Pieces(String message, Channel channel, @Nullable Pieces around, long end) {
            this.message = message;
            this.channel = channel;
            this.around = around;
            this.end = end;
        }

        /** True if it is this message, or one within it. */
        boolean holds(String other) {
            return other.startsWith(message)
                    && (other.length() == message.length() || other.charAt(message.length()) == '[');
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
        TextPlace alone = new TextPlace(TextPlace.Kind.JSON_PIECE, place.name(), place.path());
        return CharacterSink.both(pieces(message, place, start), Channel.begin(texts, alone, spelling, level));
    }

    private Pieces pieces(String message, TextPlace place, long start) throws ContentException {
        Pieces innermost = pieces;
        while (innermost != null && !innermost.holds(message)) {
            innermost.channel.end();
            innermost = innermost.around;
        }
        if (innermost == null || !innermost.message.equals(message)) {
            innermost = new Pieces(message, Channel.begin(texts, place, spelling, level), innermost, start);
        }
        pieces = innermost;
        return innermost;
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
        pieces = near(pieces, position);
    }

    /** The message and those around it, without those of which nothing came for too long. */
    private static @Nullable Pieces near(@Nullable Pieces message, long position) throws ContentException {
        if (message == null) {
            return null;
        }
        message.around = near(message.around, position);
        if (position - message.end <= MAX_GAP) {
            return message;
        }
        message.channel.end();
        return message.around;
    }

    @Override
    public void holdsNames(int count) {
        texts.holds(A_NAME * (count - names));
        names = count;
    }

    @Override
    public long undecidedFrom() {
        long first = Long.MAX_VALUE;
        for (Pieces each = pieces; each != null; each = each.around) {
            first = Math.min(first, each.undecidedFrom());
        }
        return first;
    }

    @Override
    public void end() throws ContentException {
        for (Pieces each = pieces; each != null; each = each.around) {
            each.channel.end();
        }
        pieces = null;
    }
}
