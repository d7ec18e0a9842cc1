package io.policyengine.policies.content.shared.jsonschema;

import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A total order of JSON values, consistent with equality in JSON Schema (2020-12 §4.2.2). Numbers are compared by
 * value, and objects regardless of the order of members. A sorted set is used because a client could choose values that
 * slow down a hash set.
 */
final class JsonOrder implements Comparator<JsonNode> {
    static final JsonOrder INSTANCE = new JsonOrder();

    private JsonOrder() {}

    @Override
    public int compare(JsonNode left, JsonNode right) {
        int byType = Integer.compare(rank(left), rank(right));
        if (byType != 0) {
            return byType;
        }
        return switch (left.getNodeType()) {
            case STRING -> left.stringValue().compareTo(right.stringValue());
            case NUMBER -> left.decimalValue().compareTo(right.decimalValue());
            case BOOLEAN -> Boolean.compare(left.booleanValue(), right.booleanValue());
            case ARRAY -> compareAll(left.iterator(), right.iterator());
            case OBJECT -> compareMembers(left, right);
            case NULL, MISSING, BINARY, POJO -> 0;
        };
    }

    private static int rank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL, MISSING, BINARY, POJO -> 0;
            case BOOLEAN -> 1;
            case NUMBER -> 2;
            case STRING -> 3;
            case ARRAY -> 4;
            case OBJECT -> 5;
        };
    }

    private int compareAll(Iterator<JsonNode> left, Iterator<JsonNode> right) {
        while (left.hasNext() && right.hasNext()) {
            int byItem = compare(left.next(), right.next());
            if (byItem != 0) {
                return byItem;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    private int compareMembers(JsonNode left, JsonNode right) {
        int bySize = Integer.compare(left.size(), right.size());
        if (bySize != 0) {
            return bySize;
        }
        Iterator<String> rightNames = new TreeSet<>(right.propertyNames()).iterator();
        for (String name : new TreeSet<>(left.propertyNames())) {
            String rightName = rightNames.next();
            int byName = name.compareTo(rightName);
            int byMember = byName == 0 ? compare(left.path(name), right.path(rightName)) : byName;
            if (byMember != 0) {
                return byMember;
            }
        }
        return 0;
    }
}
