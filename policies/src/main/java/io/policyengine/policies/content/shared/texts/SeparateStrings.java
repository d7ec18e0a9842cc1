package io.policyengine.policies.content.shared.texts;

import org.jspecify.annotations.Nullable;

/**
 * Reads each string of a JSON text as a separate text. The pieces of one message, {@code content[…].text} and
 * {@code parts[…].text}, are also read as one joined text, since some models separate the pieces and others join them.
 * A match that spans pieces is found in the joined text. A whole word that the next piece would make longer is found in
 * the separate texts. A message within a piece, such as the result of a tool, does not end the surrounding message.
 */
final class SeparateStrings implements JsonStrings {
    /** Maximum octets between two pieces of a message that are joined to one text. */
    private static final int MAX_GAP = 4096;

    /** Maximum bytes of memory for a name of an open object in the JSON reader's tables. */
    private static final long A_NAME = 32;

    private final Texts texts;
    private final Spelling spelling;
    private final int level;

    private @Nullable Pieces pieces;

    private int names;

    /** The text that joins the pieces of one message. */
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

        /** Returns whether a path belongs to this message or to a message within it. */
        boolean holds(String other) {
            return other.startsWith(message)
                    && (other.length() == message.length() || other.charAt(message.length()) == '[');
        }

        @Override
        public void take(int codePoint, long start, long end) throws ContentException {
            channel.take(codePoint, start, end);
            this.end = end;
        }

        /** Ends the piece. The joined text continues. */
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
     * Returns the path of the message to which the piece at {@code path} belongs; empty if there is no piece at the
     * path. If a Gemini stream does not consist of events, it is one array of responses. A candidate's message
     * continues in the next response, so the path omits the index of the response.
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

    /**
     * Ends the messages that have received no character for more than {@link #MAX_GAP} octets; returns the innermost
     * message that has not ended, or null.
     */
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
