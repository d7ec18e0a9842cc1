package io.policyengine.policies.message.transformbody;

import io.policyengine.policies.shared.template.Template;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** Edits of a JSON text in one pass, without a tree: what is not edited stays as it is, to the byte. Used once. */
final class JsonSplicer {
    private static final byte[] NOTHING = {};

    /** The absence of a position in the text. */
    private static final int NONE = -1;

    /** Characters that are decoded at once. */
    private static final int DECODED = 4096;

    private final JsonMapper mapper;
    private final byte[] text;
    private final Template.Fill fill;
    private final JsonParser parser;
    private final List<Splice> splices = new ArrayList<>();

    /** Bytes in place of a part of the text. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares it
    private record Splice(int from, int to, byte[] bytes) {
        int growth() {
            return bytes.length - (to - from);
        }
    }

    /**
     * An edit that begins.
     *
     * @param text in UTF-8
     * @param parser at its beginning
     */
    JsonSplicer(JsonMapper mapper, byte[] text, Template.Fill fill, JsonParser parser) {
        this.mapper = mapper;
        this.text = text;
        this.fill = fill;
        this.parser = parser;
    }

    /**
     * The text after the edits; the same array if they change nothing.
     *
     * @throws UnfitBodyException if it has no such places, or is no single JSON text
     */
    byte[] edited(EditTree edits) throws UnfitBodyException {
        if (!isUtf8(text)) {
            throw new UnfitBodyException("it is not UTF-8");
        }
        if (parser.nextToken() == null) {
            throw new UnfitBodyException("it is blank, and no JSON");
        }
        change(edits);
        if (parser.nextToken() != null) {
            throw new UnfitBodyException("something follows its end");
        }
        return splices.isEmpty() ? text : spliced();
    }

    /** Strictly: the parser would take longer forms of a character for it, which others may not, and they would go on as they are. */
    private static boolean isUtf8(byte[] text) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(text);
        CharBuffer characters = CharBuffer.allocate(DECODED);
        CoderResult result = CoderResult.OVERFLOW;
        while (result.isOverflow()) {
            characters.clear();
            result = decoder.decode(bytes, characters, true);
        }
        return !result.isError();
    }

    /** Edits what is in the value that begins here. */
    private void change(EditTree edits) throws UnfitBodyException {
        switch (parser.currentToken()) {
            case START_OBJECT -> changeMembers(edits);
            case START_ARRAY -> {
                if (edits.sets()) {
                    throw new UnfitBodyException("an array has no element where the JSON Pointer goes");
                }
                skip();
            }
            default -> {
                int from = start();
                skip();
                if (edits.sets()) {
                    splice(from, end(), json(edits.made(fill)));
                }
            }
        }
    }

    private void changeMembers(EditTree edits) throws UnfitBodyException {
        Map<String, EditTree> missing = new LinkedHashMap<>(edits.members());
        // The end of the last member, behind which new ones go.
        int end = end();
        boolean anyLeft = false;
        // The first member that is taken out, where none is left before it: its comma is the one behind it.
        int leading = NONE;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            int from = start();
            if (leading != NONE) {
                splice(leading, from, NOTHING);
                leading = NONE;
            }
            EditTree edit = missing.remove(parser.currentName());
            parser.nextToken();
            if (edit == null) {
                skip();
            } else if (edit.removes()) {
                skip();
                if (anyLeft) {
                    splice(end, end(), NOTHING);
                } else {
                    leading = from;
                }
            } else {
                changeMember(edit);
            }
            anyLeft |= edit == null || !edit.removes();
            end = end();
        }
        if (leading != NONE) {
            splice(leading, end, NOTHING);
        }
        for (Map.Entry<String, EditTree> member : missing.entrySet()) {
            if (member.getValue().sets()) {
                splice(end, end, added(member.getKey(), member.getValue(), anyLeft));
                anyLeft = true;
            }
        }
    }

    private void changeMember(EditTree edit) throws UnfitBodyException {
        JsonValue value = edit.value();
        if (value == null) {
            change(edit);
            return;
        }
        JsonNode wanted = value.fill(fill);
        int from = start();
        boolean differs = !isHere(wanted);
        skip();
        if (differs) {
            splice(from, end(), json(wanted));
        }
    }

    /** True if the value that begins here is this single one. */
    private boolean isHere(JsonNode wanted) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> wanted.isString() && wanted.stringValue().equals(parser.getString());
            case VALUE_NUMBER_INT ->
                wanted.isIntegralNumber() && wanted.bigIntegerValue().equals(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> wanted.equals(JsonNodeFactory.instance.numberNode(parser.getDecimalValue()));
            case VALUE_TRUE, VALUE_FALSE -> wanted.isBoolean() && wanted.booleanValue() == parser.getBooleanValue();
            case VALUE_NULL -> wanted.isNull();
            default -> false;
        };
    }

    private byte[] added(String name, EditTree edit, boolean behindAnother) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        if (behindAnother) {
            member.write(',');
        }
        member.writeBytes(mapper.writeValueAsBytes(name));
        member.write(':');
        member.writeBytes(json(edit.made(fill)));
        return member.toByteArray();
    }

    private byte[] json(JsonNode value) {
        return mapper.writeValueAsBytes(value);
    }

    /** Goes to the last token of the value that begins here, and to its end: the parser reads texts when they are asked for. */
    private void skip() {
        parser.skipChildren();
        parser.finishToken();
    }

    /** The place of the token's first byte. */
    private int start() {
        return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    }

    /** The place behind what has been read. */
    private int end() {
        return Math.toIntExact(parser.currentLocation().getByteOffset());
    }

    private void splice(int from, int to, byte[] bytes) {
        splices.add(new Splice(from, to, bytes));
    }

    private byte[] spliced() {
        int length = text.length + splices.stream().mapToInt(Splice::growth).sum();
        byte[] after = new byte[length];
        int read = 0;
        int written = 0;
        for (Splice splice : splices) {
            int kept = splice.from() - read;
            System.arraycopy(text, read, after, written, kept);
            System.arraycopy(splice.bytes(), 0, after, written + kept, splice.bytes().length);
            read = splice.to();
            written += kept + splice.bytes().length;
        }
        System.arraycopy(text, read, after, written, text.length - read);
        return after;
    }
}
