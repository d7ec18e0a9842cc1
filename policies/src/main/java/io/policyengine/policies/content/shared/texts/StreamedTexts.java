package io.policyengine.policies.content.shared.texts;

import io.policyengine.policies.format.json.JsonReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the texts of a stream of events. Strings at the same path of several events form one text if models use a
 * member of that name for streamed text. Other strings are separate texts. All data that is not JSON forms one text. If
 * such data begins like JSON, its strings are also read, until every common JSON parser would reject the data.
 *
 * <p>A text ends with the stream, with {@code [DONE]}, with Anthropic's {@code content_block_stop}, or after {@link
 * #MAX_PAUSE} octets without a further piece. The last rule limits how long a possible beginning of a finding is held.
 */
final class StreamedTexts {
    /** Maximum octets between two pieces of a streamed text. After a larger gap, the text ends. */
    static final int MAX_PAUSE = 64 << 10;

    private static final String DATA = "";
    /** Names of members whose strings may be pieces of a streamed text. */
    private static final Set<String> STREAMED = Set.of(
            "content",
            "text",
            "delta",
            "arguments",
            "partial_json",
            "thinking",
            "reasoning",
            "reasoning_content",
            "refusal",
            "token",
            "response",
            "completion",
            "generated_text",
            "answer",
            "output",
            "transcript");

    private final Texts texts;
    private final Spelling spelling;
    private final Spelling inJson;
    private final StreamShape shape;
    private final Map<String, Streamed> open = new LinkedHashMap<>();

    private static final class Streamed {
        private final Channel channel;
        private long end;

        Streamed(Channel channel) {
            this.channel = channel;
        }
    }

    StreamedTexts(Texts texts, Spelling spelling, StreamShape shape) {
        this.texts = texts;
        this.spelling = spelling;
        this.inJson = spelling.inJson();
        this.shape = shape;
    }

    void event(Characters data) throws ContentException {
        if (data.length() == 0) {
            return;
        }
        endPaused(data.startAt(0));
        if (data.is("[DONE]")) {
            end();
            return;
        }
        EventStrings strings = new EventStrings();
        int level = 1;
        if (!isJson(data, strings)) {
            feed(DATA, TextPlace.of(TextPlace.Kind.STREAMED_DATA, ""), spelling, data, 1);
            strings = leniently(data);
            level = 2;
        }
        List<EventStrings.EventString> found = strings.found();
        String type = strings.scalar("type");
        String suffix = strings.suffix(type);
        for (EventStrings.EventString string : found) {
            shape.seen(type, string.path());
            if (!string.isName() && STREAMED.contains(string.name())) {
                String key = strings.key(string.path());
                feed(
                        key + suffix,
                        new TextPlace(TextPlace.Kind.STREAMED_VALUE, string.name(), key),
                        inJson,
                        string.characters(),
                        level);
            } else {
                separate(string, level);
            }
        }
        if (type.equals("content_block_stop")) {
            end();
        }
    }

    private static boolean beginsLikeJson(Characters data) {
        int at = 0;
        while (at < data.length() && JsonReader.isSkipped(data.codePointAt(at))) {
            at++;
        }
        return at < data.length() && JsonTextReader.begins(data.codePointAt(at));
    }

    /** Returns the strings of data that need not be JSON. */
    private static EventStrings leniently(Characters data) throws ContentException {
        EventStrings strings = new EventStrings();
        if (beginsLikeJson(data)) {
            JsonTextReader reader = JsonTextReader.ofWhatMayBeJson(strings, true);
            data.giveTo(reader, 0);
            reader.end();
        }
        return strings;
    }

    private static boolean isJson(Characters data, EventStrings strings) throws ContentException {
        if (!beginsLikeJson(data)) {
            return false;
        }
        JsonTextReader reader = JsonTextReader.ofEvent(strings);
        try {
            data.giveTo(reader, 0);
            reader.end();
            return true;
        } catch (ContentException fault) {
            if (fault.isFault(ContentFault.MALFORMED)) {
                return false;
            }
            throw fault;
        }
    }

    private void feed(String key, TextPlace place, Spelling written, Characters characters, int level)
            throws ContentException {
        if (characters.length() == 0) {
            return;
        }
        Streamed streamed = open.get(key);
        if (streamed == null) {
            streamed = new Streamed(Channel.begin(texts, place, written, level));
            open.put(key, streamed);
        }
        characters.giveTo(streamed.channel, 0);
        streamed.end = characters.endAt(characters.length() - 1);
    }

    private void separate(EventStrings.EventString string, int level) throws ContentException {
        TextPlace.Kind kind = string.isName() ? TextPlace.Kind.JSON_NAME : TextPlace.Kind.JSON_VALUE;
        Channel channel = Channel.begin(texts, new TextPlace(kind, string.name(), string.path()), inJson, level);
        string.characters().giveTo(channel, 0);
        channel.end();
    }

    private void endPaused(long now) throws ContentException {
        Iterator<Streamed> all = open.values().iterator();
        while (all.hasNext()) {
            Streamed streamed = all.next();
            if (now - streamed.end > MAX_PAUSE) {
                all.remove();
                streamed.channel.end();
            }
        }
    }

    void end() throws ContentException {
        List<Streamed> all = new ArrayList<>(open.values());
        open.clear();
        for (Streamed streamed : all) {
            streamed.channel.end();
        }
    }

    /**
     * Returns the position of the first undecided octet of the open texts, as {@link CharacterSink#undecidedFrom} does.
     */
    long undecidedFrom() {
        long first = Long.MAX_VALUE;
        for (Streamed streamed : open.values()) {
            first = Math.min(first, streamed.channel.undecidedFrom());
        }
        return first;
    }
}
