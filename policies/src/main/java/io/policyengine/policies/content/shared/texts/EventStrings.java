package io.policyengine.policies.content.shared.texts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The strings in the JSON of one event, and the values that determine to which text each string belongs. */
final class EventStrings implements JsonStrings {
    /** Names of members with a number that identifies the choice, block, call or item to which a text belongs. */
    private static final Set<String> INDICES = Set.of("index", "output_index", "content_index", "summary_index");

    /** Maximum number of strings of one event. */
    private static final int MAX_STRINGS = 10_000;

    /** Maximum number of characters that are read from the type and from the item id of an event. */
    private static final int MAX_SCALAR = 64;

    private static final String INDEX = "index";

    private final List<EventString> found = new ArrayList<>();
    /** The values of {@code index} by the path of their object. */
    private final Map<String, String> indices = new HashMap<>();

    private final StringBuilder ofEvent = new StringBuilder();

    /**
     * A string of the event.
     *
     * @param name the name of the member that has the string as its value; empty if the string is itself a name
     */
    record EventString(String name, String path, boolean isName, Characters characters) {}

    @Override
    public CharacterSink name(JsonPath of) throws ContentException {
        return add(new EventString("", of.container(), true, new Characters(8)));
    }

    @Override
    public CharacterSink value(JsonPath path, long start) throws ContentException {
        return add(new EventString(path.name(), path.value(), false, new Characters(8)));
    }

    private Characters add(EventString string) throws ContentException {
        if (found.size() == MAX_STRINGS) {
            throw ContentException.of(ContentFault.TOO_COMPLEX);
        }
        found.add(string);
        return string.characters();
    }

    @Override
    public void number(JsonPath path, String digits) {
        String name = path.name();
        if (!path.inObject() || !INDICES.contains(name)) {
            return;
        }
        String container = path.container();
        String value = valueOf(digits);
        if (container.isEmpty()) {
            ofEvent.append('|').append(name.charAt(0)).append(value);
        } else if (name.equals(INDEX)) {
            indices.put(container, value);
        }
    }

    /**
     * Returns the same spelling for all numbers that clients read as equal, such as {@code 0}, {@code 0.0} and
     * {@code -0}.
     */
    private static String valueOf(String digits) {
        try {
            double value = Double.parseDouble(digits);
            long whole = (long) value;
            return whole == value ? Long.toString(whole) : Double.toString(value);
        } catch (NumberFormatException notStrict) {
            return digits;
        }
    }

    @Override
    public void end() {}

    List<EventString> found() {
        return found;
    }

    /** Returns the first characters of a string in the outermost object; empty if absent. */
    String scalar(String name) {
        for (EventString string : found) {
            if (!string.isName() && string.path().equals(name)) {
                return string.characters().asString(MAX_SCALAR);
            }
        }
        return "";
    }

    /**
     * Returns the path, with the {@code index} member of each array element, if any, in place of the element's
     * position.
     */
    String key(String path) {
        if (indices.isEmpty()) {
            return path;
        }
        StringBuilder key = new StringBuilder();
        int at = 0;
        for (int close = path.indexOf(']'); close >= 0; close = path.indexOf(']', close + 1)) {
            String index = indices.get(path.substring(0, close + 1));
            if (index != null) {
                key.append(path, at, path.lastIndexOf('[', close) + 1).append(index);
                at = close;
            }
        }
        return key.append(path, at, path.length()).toString();
    }

    /**
     * Returns a suffix that distinguishes texts at the same path: the type, indices and item id in the event. Empty if
     * the event has none of them.
     */
    String suffix(String type) {
        if (type.endsWith(".delta")) {
            return '|' + type + ofEvent + scalar("item_id");
        }
        return type.startsWith("content_block_") ? ofEvent.toString() : "";
    }
}
