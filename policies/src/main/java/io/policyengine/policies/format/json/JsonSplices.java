package io.policyengine.policies.format.json;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Edits of a JSON text by the positions of its parts. All other bytes stay unchanged. A part must be edited at most
 * once, and must not be inside a part that is replaced. Used once, by one thread.
 */
public final class JsonSplices {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final byte[] text;
    private final List<Splice> splices = new ArrayList<>();
    private final IdentityHashMap<JsonPart.Container, Changes> changed = new IdentityHashMap<>();

    /** Bytes that replace a range of the text. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Splice(int from, int to, byte[] bytes) {}

    /** The items that are added to a container, and the positions of those that are removed. */
    private record Changes(List<byte[]> first, List<byte[]> last, List<JsonPart.Span> removed) {
        Changes() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    public JsonSplices(byte[] text) {
        this.text = text;
    }

    /** Replaces the value of a part. */
    public void replace(JsonPart part, JsonNode value) {
        splices.add(new Splice(part.from(), part.to(), bytes(value)));
    }

    /** Sets a member of an object: replaces its value, or adds a member after all others. */
    public void set(JsonPart.Members object, String name, JsonNode value) {
        JsonPart.Member member = object.members().get(name);
        if (member != null) {
            replace(member.value(), value);
            return;
        }
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        added.writeBytes(JSON.writeValueAsBytes(name));
        added.write(':');
        added.writeBytes(bytes(value));
        of(object).last().add(added.toByteArray());
    }

    /** Removes a member of an object, if present. */
    public void remove(JsonPart.Members object, String name) {
        JsonPart.Member member = object.members().get(name);
        if (member != null) {
            of(object)
                    .removed()
                    .add(new JsonPart.Span(member.from(), member.value().to()));
        }
    }

    /**
     * Adds an element before the original elements of an array, but after elements that earlier calls have added there.
     */
    public void addFirst(JsonPart.Elements array, JsonNode value) {
        of(array).first().add(bytes(value));
    }

    /** Adds an element at the end of an array. */
    public void addLast(JsonPart.Elements array, JsonNode value) {
        of(array).last().add(bytes(value));
    }

    private Changes of(JsonPart.Container container) {
        return changed.computeIfAbsent(container, _ -> new Changes());
    }

    private static byte[] bytes(JsonNode value) {
        return JSON.writeValueAsBytes(value);
    }

    /** Returns the edited text; the same array if there are no edits. */
    public byte[] applied() {
        changed.forEach(this::resolve);
        if (splices.isEmpty()) {
            return text;
        }
        splices.sort(Comparator.comparingInt(Splice::from).thenComparingInt(Splice::to));
        int length = text.length;
        for (Splice splice : splices) {
            length += splice.bytes().length - (splice.to() - splice.from());
        }
        ByteArrayOutputStream after = new ByteArrayOutputStream(length);
        int read = 0;
        for (Splice splice : splices) {
            after.write(text, read, splice.from() - read);
            after.writeBytes(splice.bytes());
            read = splice.to();
        }
        after.write(text, read, text.length - read);
        return after.toByteArray();
    }

    /** Converts the changes of a container to splices with the necessary commas. */
    private void resolve(JsonPart.Container container, Changes changes) {
        List<JsonPart.Span> items = container.items();
        int left = items.size() - changes.removed().size();
        int begin = container.from() + 1;
        if (!changes.first().isEmpty()) {
            splices.add(new Splice(begin, begin, joined(false, changes.first(), left > 0)));
        }
        remove(items, changes.removed());
        if (!changes.last().isEmpty()) {
            int end = items.isEmpty() ? begin : items.getLast().to();
            boolean isBehindOthers = left > 0 || !changes.first().isEmpty();
            splices.add(new Splice(end, end, joined(isBehindOthers, changes.last(), false)));
        }
    }

    /**
     * Removes items, each with the comma before it. If no item before it remains, the comma after it is removed
     * instead.
     */
    private void remove(List<JsonPart.Span> items, List<JsonPart.Span> removed) {
        boolean anyLeft = false;
        for (int i = 0; i < items.size(); i++) {
            JsonPart.Span item = items.get(i);
            if (!removed.contains(item)) {
                anyLeft = true;
                continue;
            }
            boolean isLast = i + 1 == items.size();
            int from = anyLeft ? items.get(i - 1).to() : item.from();
            int to = anyLeft || isLast ? item.to() : items.get(i + 1).from();
            splices.add(new Splice(from, to, new byte[0]));
        }
    }

    private static byte[] joined(boolean commaBefore, List<byte[]> values, boolean commaBehind) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        boolean comma = commaBefore;
        for (byte[] value : values) {
            if (comma) {
                joined.write(',');
            }
            joined.writeBytes(value);
            comma = true;
        }
        if (commaBehind) {
            joined.write(',');
        }
        return joined.toByteArray();
    }
}
