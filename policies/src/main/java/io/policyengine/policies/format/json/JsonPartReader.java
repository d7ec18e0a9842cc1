package io.policyengine.policies.format.json;

import io.policyengine.core.work.Stop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one value of a JSON text with all that is in it, and where it stands. */
final class JsonPartReader {
    private final JsonParser parser;
    private final Stop stop;

    /** A reader of what this parser brings: of a text that nests no deeper than {@link JsonTexts#MAX_DEPTH}. */
    JsonPartReader(JsonParser parser, Stop stop) {
        this.parser = parser;
        this.stop = stop;
    }

    /** The value whose first token is the parser's next one. */
    JsonPart next() {
        return of(parser.nextToken());
    }

    private JsonPart of(JsonToken first) {
        int from = start();
        return switch (first) {
            case START_OBJECT -> members(from);
            case START_ARRAY -> elements(from);
            case VALUE_STRING -> {
                String value = parser.getString();
                yield new JsonPart.Text(from, end(), value);
            }
            default -> {
                parser.finishToken();
                yield new JsonPart.Single(from, from + parser.getStringLength(), first);
            }
        };
    }

    private JsonPart members(int from) {
        Map<String, JsonPart.Member> members = new LinkedHashMap<>(4);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            stop.check();
            String name = parser.currentName();
            int nameFrom = start();
            members.put(name, new JsonPart.Member(nameFrom, next()));
        }
        return new JsonPart.Members(from, end(), members);
    }

    private JsonPart elements(int from) {
        List<JsonPart> elements = new ArrayList<>(4);
        for (JsonToken first = parser.nextToken(); first != JsonToken.END_ARRAY; first = parser.nextToken()) {
            stop.check();
            elements.add(of(first));
        }
        return new JsonPart.Elements(from, end(), elements);
    }

    private int start() {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    private int end() {
        return Math.toIntExact(parser.currentLocation().getByteOffset());
    }
}
