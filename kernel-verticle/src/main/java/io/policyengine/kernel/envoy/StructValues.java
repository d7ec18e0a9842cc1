package io.policyengine.kernel.envoy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Converts protobuf Structs to plain values. Their depth is limited, because the decoder accepts at most a hundred
 * nested messages.
 */
final class StructValues {
    private StructValues() {}

    static Map<String, Object> of(Struct struct) {
        Map<String, Object> members = LinkedHashMap.newLinkedHashMap(struct.getFieldsCount());
        struct.getFieldsMap().forEach((name, member) -> {
            Object value = of(member);
            if (value != null) {
                members.put(name, value);
            }
        });
        return members;
    }

    private static @Nullable Object of(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case NUMBER_VALUE -> value.getNumberValue();
            case STRUCT_VALUE -> of(value.getStructValue());
            case LIST_VALUE -> {
                List<Object> elements = new ArrayList<>(value.getListValue().getValuesCount());
                for (Value element : value.getListValue().getValuesList()) {
                    Object kept = of(element);
                    if (kept != null) {
                        elements.add(kept);
                    }
                }
                yield elements;
            }
            case NULL_VALUE, KIND_NOT_SET -> null;
        };
    }
}
